import { abortable } from '../clock/abortable.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { Clock } from '../contract/clock.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { LookupTable, MappingDirection } from './mapping-template.ts';
import { didYouMean } from './nearest-name.ts';
import type { LookupResolver, MappedLookup } from './reference-resolver.ts';

/**
 * Where the rows of a table come from: asked for many values at once, it answers the rows that it has,
 * `[vendor value, canonical value]`. Values without a row are unknown.
 */
export type LookupSource = (request: {
  readonly table: string;
  /** `decode`: the values are the vendor's; `encode`: canonical ones. */
  readonly direction: MappingDirection;
  readonly values: readonly string[];
}) => Promise<LookupTable>;

export interface LookupCacheOptions {
  /** The source of every table, by name. */
  readonly sources: { readonly [table: string]: LookupSource };
  /** How long a row is believed, in milliseconds. @default 300_000 (5 minutes) */
  readonly ttlMs?: number | undefined;
  /** How long it is believed that a value has no row. @default 30_000 */
  readonly unknownTtlMs?: number | undefined;
  /** Values that are remembered in all; the longest unused is forgotten. @default 10_000 */
  readonly maxEntries?: number | undefined;
  /** Values that a source is asked for at once. @default 500 */
  readonly batchSize?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** Supplied tables, looked up in bulk and remembered. */
export interface LookupCache {
  /**
   * Finds what a page needs, see `mapping.collectNeeds`, and answers the resolver for it. A value that is being
   * asked for already is not asked for again. An abort stops the waiting, not the shared request.
   *
   * @throws ConnectorError `ERR_CONFIGURATION` for a table without a source; what a source throws
   */
  resolve(
    lookups: readonly MappedLookup[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<LookupResolver>;
  /** Forgets a table, or everything: what is asked next is asked anew. */
  clear(table?: string): void;
}

interface Entry {
  readonly table: string;
  /** Absent while unsettled, and for a value that has no row. */
  readonly answer: Promise<string | undefined>;
  /** Milliseconds since the epoch; infinite while the answer is awaited. */
  expiresAt: number;
}

const keyOf = (table: string, direction: MappingDirection, value: string): string =>
  JSON.stringify([table, direction, value]);

/** Makes a cache of supplied tables. */
export function createLookupCache(options: LookupCacheOptions): LookupCache {
  const { sources, ttlMs = 300_000, unknownTtlMs = 30_000, maxEntries = 10_000 } = options;
  const { batchSize = 500, clock = systemClock } = options;
  // Maps keep the order of insertion, so the first entry is the longest unused.
  const entries = new Map<string, Entry>();

  function sourceOf(table: string): LookupSource {
    const source = Object.hasOwn(sources, table) ? sources[table] : undefined;
    if (source !== undefined) return source;
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The lookup cache has no source for the table "${table}"; add it to \`sources\`.${didYouMean(table, Object.keys(sources))}`,
    });
  }

  function askFor(table: string, direction: MappingDirection, values: readonly string[]): void {
    const source = sourceOf(table);
    const column = direction === 'decode' ? 0 : 1;
    // Asked in a turn of its own, so that a source that throws at once is a rejection as well.
    const rows = Promise.resolve()
      .then(() => source({ table, direction, values }))
      // Of several rows for one value the first counts, as in a table of the template.
      .then(
        (found) => new Map(found.map((row) => [row[column], row[1 - column]] as const).reverse()),
      );
    for (const value of values) {
      const key = keyOf(table, direction, value);
      const answer = rows.then((found) => found.get(value));
      const entry: Entry = { table, answer, expiresAt: Number.POSITIVE_INFINITY };
      entries.set(key, entry);
      answer.then(
        (found) => {
          entry.expiresAt = clock.now() + (found === undefined ? unknownTtlMs : ttlMs);
        },
        () => {
          // A failure is not remembered.
          if (entries.get(key) === entry) entries.delete(key);
        },
      );
    }
  }

  /** The entry of a value, moved to the end; `undefined` when it is not there or too old. */
  function touch(key: string): Entry | undefined {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    entries.delete(key);
    if (entry.expiresAt <= clock.now()) return undefined;
    entries.set(key, entry);
    return entry;
  }

  function missingFrom(lookups: readonly MappedLookup[], direction: MappingDirection) {
    const missing = new Map<string, string[]>();
    for (const { table, value, direction: way } of lookups) {
      if (way !== direction || touch(keyOf(table, direction, value)) !== undefined) continue;
      const values = missing.get(table) ?? [];
      values.push(value);
      missing.set(table, values);
    }
    return missing;
  }

  return {
    async resolve(lookups, { signal } = {}) {
      signal?.throwIfAborted();
      for (const { table } of lookups) sourceOf(table);
      for (const direction of ['decode', 'encode'] as const) {
        for (const [table, values] of missingFrom(lookups, direction)) {
          for (let from = 0; from < values.length; from += batchSize) {
            askFor(table, direction, values.slice(from, from + batchSize));
          }
        }
      }
      const found = new Map<string, string | undefined>();
      const waiting = lookups.map(async ({ table, direction, value }) => {
        const key = keyOf(table, direction, value);
        found.set(key, await entries.get(key)?.answer);
      });
      await abortable(Promise.all(waiting), signal);
      for (const key of entries.keys()) {
        if (entries.size <= maxEntries) break;
        entries.delete(key);
      }
      const answer = (way: MappingDirection) => (table: string, value: string) =>
        found.get(keyOf(table, way, value));
      return { toCanonical: answer('decode'), toVendor: answer('encode') };
    },
    clear(table) {
      for (const [key, entry] of entries) {
        if (table === undefined || entry.table === table) entries.delete(key);
      }
    },
  };
}
