import { hash } from 'node:crypto';

/** Keys are dealt into so many ranges. */
const ranges = 4096;
const words = 4;

/** A count and a digest per range of keys: what two sides must agree on, in the memory of the ranges alone. */
export interface RangeDigests {
  add(key: string, digest: string): void;
  /** The ranges in which two sides differ. */
  differing(other: RangeDigests): ReadonlySet<number>;
  /** How many were added to the ranges that are not named. */
  countOutside(ranges: ReadonlySet<number>): number;
  readonly sums: Uint32Array;
}

/** The range of a key. They are even, whatever the keys look like. */
export function rangeOf(key: string): number {
  return hash('sha256', key, 'buffer').readUInt16BE(0) % ranges;
}

/** @see RangeDigests */
export function createRangeDigests(): RangeDigests {
  // Per range: how many, and the sums of the words of their digests. Sums do not ask for an order,
  // and unlike XOR they see a record that is there twice.
  const sums = new Uint32Array(ranges * (words + 1));
  return {
    sums,
    add(key, digest) {
      const bytes = hash('sha256', JSON.stringify([key, digest]), 'buffer');
      const from = rangeOf(key) * (words + 1);
      sums[from] = (sums[from] ?? 0) + 1;
      for (let word = 0; word < words; word += 1) {
        const at = from + 1 + word;
        sums[at] = (sums[at] ?? 0) + bytes.readUInt32BE(word * 4);
      }
    },
    differing(other) {
      const found = new Set<number>();
      for (let at = 0; at < sums.length; at += 1) {
        if (sums[at] !== other.sums[at]) found.add(Math.floor(at / (words + 1)));
      }
      return found;
    },
    countOutside(named) {
      let count = 0;
      for (let range = 0; range < ranges; range += 1) {
        if (!named.has(range)) count += sums[range * (words + 1)] ?? 0;
      }
      return count;
    },
  };
}
