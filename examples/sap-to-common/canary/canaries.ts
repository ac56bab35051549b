import { findSecret } from '@common/connector-testkit';

/** Every secret of a run, each of them nowhere else. */
export interface Canaries {
  /** A new one, of our own making. */
  make(name: string): string;
  /** One that somebody else made: a token that was issued, a cookie, a line of a private key. */
  note(name: string, value: string | undefined): void;
  readonly count: number;
  /** What they are, each once. */
  readonly names: ReadonlySet<string>;
  /** Names of those that a text gives away, in whatever form. */
  foundIn(text: string): readonly string[];
}

/** Shorter ones would be found by chance. */
const shortest = 12;

export function createCanaries(): Canaries {
  const names = new Map<string, string>();
  const note = (name: string, value: string | undefined): void => {
    if (value !== undefined && value.length >= shortest && !names.has(value)) {
      names.set(value, name);
    }
  };
  return {
    make(name) {
      const heart = crypto.randomUUID();
      // Found by its heart, so that half of it is a leak too.
      note(name, heart);
      // With what a secret may hold that URLs, JSON and the patterns of redaction trip over.
      return `${name.replaceAll(' ', '-')}/+"&=${heart}`;
    },
    note,
    get count() {
      return names.size;
    },
    get names() {
      return new Set(names.values());
    },
    foundIn: (text) =>
      [...names]
        .filter(([value]) => findSecret(text, [value]) !== undefined)
        .map(([, name]) => name),
  };
}
