import type { RecordChange } from '../contract/record-page.ts';
import type { WriteResult } from '../contract/record-write.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { AuditEntry, AuditOutcome } from './audit-record.ts';

/** What an operation adds to the entry about it; it succeeded unless said otherwise. */
export type AuditFacts = Partial<Omit<AuditEntry, 'outcome'>> & {
  readonly outcome?: AuditOutcome | undefined;
};

export function factsOfError(error: unknown): AuditFacts {
  if (!ConnectorError.isInstance(error)) return { outcome: 'failed', errorCode: 'ERR_INTERNAL' };
  return { outcome: error.outcomeUnknown ? 'unknown' : 'failed', errorCode: error.code };
}

export function factsOfResults(results: readonly WriteResult[]): AuditFacts {
  const counts: Record<string, number> = {};
  for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1;
  return { keys: results.map(({ key }) => key ?? ''), counts, outcome: outcomeOf(counts) };
}

function outcomeOf(counts: Readonly<Record<string, number>>): AuditOutcome {
  const { failed = 0, unknown = 0, ...good } = counts;
  if (unknown > 0) return 'unknown';
  if (failed === 0) return 'succeeded';
  return Object.keys(good).length === 0 ? 'failed' : 'partial';
}

/** The first keys, and how many there are in all. */
export function someKeys(keys: readonly string[], most: number): AuditFacts {
  return keys.length > most ? { keys: keys.slice(0, most), keyCount: keys.length } : { keys };
}

export function keyOfRecord(record: object): string {
  return (record as { readonly source?: { readonly key: string } }).source?.key ?? '';
}

export function keyOfChange(change: RecordChange): string {
  return change.op === 'delete' ? change.key : keyOfRecord(change.record);
}

/** Parts of a list that are no longer than `most`. */
export function chunksOf<Item>(items: readonly Item[], most: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / most);
  return Array.from({ length: count }, (_, index) => items.slice(index * most, (index + 1) * most));
}
