/** The keys that a full read has shown: 53 bits of each, 16 bytes of memory. */
export interface SeenKeys {
  /** Whether it is new. */
  add(key: string): boolean;
  has(key: string): boolean;
  readonly size: number;
  /** What was added since the last call, to be stored with the page. */
  takeNew(): string;
  /** What `takeNew` gave in an earlier life. */
  restore(stored: string): void;
}

/**
 * Two keys may by chance have the same 53 bits: then one that is gone counts as seen, and is found
 * when the other goes. Never the other way round.
 */
export function createSeenKeys(): SeenKeys {
  // Open addressing; 0 marks a free place.
  let slots = new Float64Array(1024);
  let size = 0;
  let fresh: number[] = [];

  function place(hash: number): number {
    const mask = slots.length - 1;
    let at = hash % slots.length;
    while (slots[at] !== 0 && slots[at] !== hash) at = (at + 1) & mask;
    return at;
  }

  function put(hash: number): boolean {
    const at = place(hash);
    if (slots[at] === hash) return false;
    slots[at] = hash;
    size += 1;
    if (size * 2 > slots.length) grow();
    return true;
  }

  function grow(): void {
    const before = slots;
    slots = new Float64Array(before.length * 2);
    for (const hash of before) if (hash !== 0) slots[place(hash)] = hash;
  }

  return {
    add(key) {
      const hash = hashOf(key);
      const isNew = put(hash);
      if (isNew) fresh.push(hash);
      return isNew;
    },
    has: (key) => slots[place(hashOf(key))] !== 0,
    get size() {
      return size;
    },
    takeNew() {
      const bytes = Buffer.from(Float64Array.from(fresh).buffer);
      fresh = [];
      return bytes.toString('base64');
    },
    restore(stored) {
      const bytes = Buffer.from(stored, 'base64');
      for (let at = 0; at < bytes.length; at += 8) put(bytes.readDoubleLE(at));
    },
  };
}

/** Not for secrets: spreads well and is quick. Never 0. */
function hashOf(text: string): number {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0) || 1;
}
