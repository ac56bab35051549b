import type { WriteChange, WriteOptions, WriteResult } from '@common/connector-core';
import type { SalesforceTarget } from './salesforce-target.ts';
import { aborted, failure, noChange, refusal } from './write/failures.ts';
import { type PlacedChange, wavesOf } from './write/waves.ts';
import { writeDocuments } from './write/write-documents.ts';
import { writeCollected } from './write/write-records.ts';

/**
 * Writes changes and answers a result for each, in order. Changes of one record keep their order.
 *
 * @throws ConnectorError `ERR_ABORTED` when it was aborted before
 */
export async function writeRecords(
  target: SalesforceTarget,
  changes: readonly WriteChange[],
  options: WriteOptions,
): Promise<readonly WriteResult[]> {
  const { entity } = target;
  const { signal } = options;
  if (changes.length === 0) return [];
  if (signal?.aborted) throw aborted(signal.reason);
  const results = new Array<WriteResult>(changes.length);
  const nameOf = (change: WriteChange) =>
    isChange(change) ? nameOfChange(target, change) : undefined;
  const waves = wavesOf(changes, nameOf);
  for (const wave of waves) {
    const offered = wave.filter(({ index, change }) => {
      const refused = isChange(change)
        ? refusalOf(target, change)
        : failure(target, undefined, noChange(target));
      if (refused !== undefined) results[index] = refused;
      return refused === undefined;
    });
    if (offered.length > 0) await writeWave(target, offered, results, options);
  }
  return results;

  async function writeWave(
    ...[to, wave, into, how]: Parameters<typeof writeCollected>
  ): Promise<void> {
    try {
      if (signal?.aborted) throw aborted(signal.reason);
      await (entity.lines === undefined ? writeCollected : writeDocuments)(to, wave, into, how);
    } catch (error) {
      // Thrown before anything of the wave was sent: reading, describing.
      for (const { index, change } of wave as readonly PlacedChange[]) {
        into[index] ??= failure(to, change.key, error);
      }
    }
  }
}

function refusalOf(target: SalesforceTarget, change: WriteChange): WriteResult | undefined {
  const { create, update, delete: remove } = target.entity.capabilities;
  if (change.op === 'delete') {
    return remove ? undefined : failure(target, change.key, refusal(target, 'deleted'));
  }
  if (change.key === undefined) {
    return create ? undefined : failure(target, undefined, refusal(target, 'created'));
  }
  return update ? undefined : failure(target, change.key, refusal(target, 'changed'));
}

/** Callers without a compiler may give anything; one bad change does not stop the others. */
function isChange({ op, key, ...rest }: WriteChange): boolean {
  const { record } = rest as { readonly record?: unknown };
  return op === 'delete'
    ? typeof key === 'string'
    : (key === undefined || typeof key === 'string') &&
        typeof record === 'object' &&
        record !== null;
}

/** Two changes with the same name are about the same record, whether it is there or not. */
function nameOfChange({ entity }: SalesforceTarget, change: WriteChange): string | undefined {
  // Ids of 15 and 18 characters may name the same record.
  if (change.op === 'delete' || change.key !== undefined) return `id ${change.key.slice(0, 15)}`;
  const { externalReference, custom } = change.record as {
    readonly externalReference?: unknown;
    readonly custom?: Readonly<Record<string, unknown>>;
  };
  const own = externalReference ?? custom?.[entity.externalIdField ?? ''];
  if (typeof own === 'string') return `reference ${own.toLowerCase()}`;
  return change.idempotencyKey === undefined ? undefined : `key ${change.idempotencyKey}`;
}
