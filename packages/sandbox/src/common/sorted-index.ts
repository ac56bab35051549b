/** Values in the order of a key, with cheap insertion near the end and paging after a key. */
export interface SortedIndex<Value> {
  set(key: string, value: Value): void;
  delete(key: string): void;
  /** The values behind `key` (exclusive; all without it), with their keys. */
  after(key: string | undefined): Iterable<readonly [key: string, value: Value]>;
}

export function createSortedIndex<Value>(): SortedIndex<Value> {
  const keys: string[] = [];
  const values = new Map<string, Value>();

  /** How many keys are less than (or, inclusively, equal to) this one. */
  const rank = (key: string, isInclusive: boolean): number => {
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const found = keys[middle]!;
      if (found < key || (isInclusive && found === key)) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    set(key, value) {
      if (!values.has(key)) keys.splice(rank(key, false), 0, key);
      values.set(key, value);
    },
    delete(key) {
      if (values.delete(key)) keys.splice(rank(key, false), 1);
    },
    *after(key) {
      for (let at = key === undefined ? 0 : rank(key, true); at < keys.length; at += 1) {
        const found = keys[at]!;
        yield [found, values.get(found)!];
      }
    },
  };
}
