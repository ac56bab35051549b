import { exactNumber } from './exact-number.ts';

/** How to write JSON. */
export interface StringifyJsonOptions {
  /** Names of members whose decimals, kept as text, are written as numbers with exactly these digits. */
  readonly decimalFields?: readonly string[] | undefined;
}

/**
 * Writes JSON without losing digits, for vendors that take decimals as numbers: what `parseJson` and
 * the `decimalFields` of a client read as text goes back as the number that it was. Text that is no
 * number stays text.
 *
 * @example
 * ```ts
 * stringifyJson({ price: '12345678901234567.10' }, { decimalFields: ['price'] });
 * // {"price":12345678901234567.10}
 * ```
 */
export function stringifyJson(value: object, options: StringifyJsonOptions = {}): string {
  const decimalFields = new Set(options.decimalFields);
  return JSON.stringify(value, (name, member: unknown) =>
    typeof member === 'string' && decimalFields.has(name)
      ? (exactNumber(member) ?? member)
      : member,
  );
}
