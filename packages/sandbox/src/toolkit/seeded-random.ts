/** A small deterministic generator: the same seed gives the same sequence on every machine. */
export interface SeededRandom {
  /** A number from 0 (inclusive) to 1 (exclusive). */
  next(): number;
  /** An integer from `minimum` to `maximum`, both inclusive. */
  integer(minimum: number, maximum: number): number;
  /** One of the values, which must not be empty. */
  pick<Value>(values: readonly Value[]): Value;
  /** `true` with this probability (0 to 1). */
  chance(probability: number): boolean;
  /** A UUID of version 4. */
  uuid(): string;
  /** An independent sequence for a purpose, so that drawing more here does not change what is drawn there. */
  fork(purpose: string | number): SeededRandom;
}

// murmur3 finaliser: neighbouring seeds give unrelated sequences.
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** Makes a generator (mulberry32). @param seed - any integer */
export function createSeededRandom(seed: number): SeededRandom {
  const origin = mix(seed + 0x9e3779b9);
  let state = origin;

  const nextWord = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return (word ^ (word >>> 14)) >>> 0;
  };
  const next = (): number => nextWord() / 4_294_967_296;
  const hex = (): string => nextWord().toString(16).padStart(8, '0');

  return {
    next,
    integer: (minimum, maximum) => minimum + Math.floor(next() * (maximum - minimum + 1)),
    pick(values) {
      if (values.length === 0) throw new RangeError('pick: there is nothing to pick from');
      return values[Math.floor(next() * values.length)]!;
    },
    chance: (probability) => next() < probability,
    uuid() {
      const digits = hex() + hex() + hex() + hex();
      const variant = '89ab'[Number.parseInt(digits[16]!, 16) & 3];
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
    },
    fork: (purpose) => createSeededRandom(origin ^ hashText(String(purpose))),
  };
}
