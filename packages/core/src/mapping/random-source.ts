/** Repeatable randomness for samples: the same seed gives the same values. */
export interface RandomSource {
  /** A whole number, both ends included. */
  integer(min: number, max: number): number;
  /** True with the given probability. @default 0.5 */
  chance(probability?: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Text of the given length over an alphabet. */
  text(length: number, alphabet?: string): string;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-äß';

/** mulberry32: small, fast, good enough for samples. */
export function createRandomSource(seed: number): RandomSource {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  const pick = <T>(items: readonly T[]): T => items[integer(0, items.length - 1)] as T;
  return {
    integer,
    pick,
    chance: (probability = 0.5) => next() < probability,
    text: (length, alphabet = letters) => {
      let text = '';
      while (text.length < length) text += alphabet[integer(0, alphabet.length - 1)] as string;
      return text;
    },
  };
}
