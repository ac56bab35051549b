import type { Clock } from '../contract/clock.ts';

/** How far a timestamp may be from now, either way. */
export const defaultToleranceMs = 300_000;

/**
 * Why a timestamp is not accepted; `undefined` when it is.
 *
 * @param seconds - Unix time as the header has it: digits only
 */
export function outsideTolerance(
  seconds: string,
  { clock, toleranceMs }: { readonly clock: Clock; readonly toleranceMs: number },
): string | undefined {
  if (!/^[0-9]{1,12}$/.test(seconds)) return 'The timestamp is not a number of seconds.';
  const awayMs = Number(seconds) * 1000 - clock.now();
  if (Math.abs(awayMs) <= toleranceMs) return undefined;
  const away = `${Math.round(Math.abs(awayMs) / 1000)} s in the ${awayMs < 0 ? 'past' : 'future'}`;
  return `The timestamp is ${away}, ${toleranceMs / 1000} s are allowed: an old delivery was sent again, or a clock is wrong.`;
}
