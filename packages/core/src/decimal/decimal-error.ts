import { ConnectorError } from '../errors/connector-error.ts';

/** Digits that a decimal may have; more is an attack or a mistake, not an amount. */
export const maxDigits = 1000;

/** An `ERR_INVALID_DECIMAL`. The message never holds the value itself. */
export function decimalError(message: string): ConnectorError {
  return new ConnectorError({ code: 'ERR_INVALID_DECIMAL', category: 'validation', message });
}

export const tooManyDigits = () =>
  decimalError(`A decimal has more than ${maxDigits} digits; check where it comes from.`);

export const wouldLoseDigits = (scale: number) =>
  decimalError(
    `A decimal has more than ${scale} decimal places; pass a rounding ("half-even", "half-up" or "down") if digits may be lost.`,
  );

/** Refuses a scale that is not a whole number from 0 to 1000. */
export function checkScale(scale: number): void {
  if (!Number.isInteger(scale) || scale < 0 || scale > maxDigits) {
    throw decimalError(
      `The scale of a decimal must be a whole number of places, 0 to ${maxDigits}.`,
    );
  }
}
