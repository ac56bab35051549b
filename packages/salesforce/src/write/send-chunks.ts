import type { CallOptions } from '@common/connector-core';
import { fitsCsv } from '../bulk/bulk-csv.ts';
import { ingestRecords } from '../bulk/ingest-records.ts';
import type { ObjectDescription } from '../object-description.ts';
import type { SalesforceTarget } from '../salesforce-target.ts';
import { type CollectionOutcome, collectionSize, sendCollection } from './collections.ts';
import { isUnique } from './made-before.ts';
import { toWire } from './raw-json.ts';
import type { ReadyChange } from './ready-change.ts';

/** Changes of a kind together: 200 at most, or very many for a job. */
export interface Chunk {
  readonly members: readonly ReadyChange[];
  readonly isForBulk: boolean;
}

/** Parts what is to be written into what goes together. */
export function chunksOf(
  { settings: { allOrNone, bulk } }: SalesforceTarget,
  ready: readonly ReadyChange[],
): readonly Chunk[] {
  const chunks: Chunk[] = [];
  // A job knows no "all or none".
  const from = allOrNone || bulk.writeFrom === 'never' ? Number.POSITIVE_INFINITY : bulk.writeFrom;
  // What may be sent twice goes apart from what may not.
  const kindOf = ({ kind, once }: ReadyChange): string => (once === undefined ? kind : 'once');
  for (const kind of new Set(ready.map(kindOf))) {
    const all = ready.filter((one) => kindOf(one) === kind);
    const fitting = all.filter(({ fields }) => fitsCsv(fields));
    const isForBulk = fitting.length >= from;
    if (isForBulk) chunks.push({ members: fitting, isForBulk });
    const others = isForBulk ? all.filter(({ fields }) => !fitsCsv(fields)) : all;
    for (let at = 0; at < others.length; at += collectionSize) {
      chunks.push({ members: others.slice(at, at + collectionSize), isForBulk: false });
    }
  }
  return chunks;
}

async function sendBulk(
  { entity, session }: SalesforceTarget,
  members: readonly ReadyChange[],
  call: CallOptions,
): Promise<readonly CollectionOutcome[]> {
  const kind = members[0]?.kind ?? 'create';
  const outcomes = await ingestRecords(
    session,
    {
      object: entity.object,
      operation: kind === 'create' ? 'insert' : kind,
      externalIdField: entity.externalIdField,
      rows: members.map(({ key, fields }) => (key === undefined ? fields : { Id: key, ...fields })),
    },
    { ...call, entity: entity.name },
  );
  return outcomes.map((outcome) =>
    outcome.status === 'done'
      ? { ok: true, id: outcome.id, created: outcome.isCreated }
      : { ok: false, error: outcome.error },
  );
}

/** Sends a chunk. A failure of the whole is that of each. */
export async function sendChunk(
  target: SalesforceTarget,
  { members: chunk, isForBulk }: Chunk,
  { description, ...call }: CallOptions & { readonly description: ObjectDescription },
): Promise<readonly CollectionOutcome[]> {
  const { entity, session, settings } = target;
  const [first] = chunk;
  const shared = {
    object: entity.object,
    entity: entity.name,
    allOrNone: settings.allOrNone,
  };
  const bodies = chunk.map(({ kind, fields, key }) => {
    const wire = toWire(fields, description);
    return kind === 'update' ? { id: key, ...wire } : wire;
  });
  try {
    if (isForBulk) return await sendBulk(target, chunk, call);
    switch (first?.kind) {
      case 'delete':
        return await sendCollection(
          session,
          { ...shared, kind: 'delete', ids: chunk.map(({ key }) => key ?? '') },
          call,
        );
      case 'upsert':
        return await sendCollection(
          session,
          {
            ...shared,
            kind: 'upsert',
            externalIdField: entity.externalIdField ?? '',
            records: bodies,
          },
          call,
        );
      case 'update':
      case 'create':
        return await sendCollection(
          session,
          {
            ...shared,
            kind: first.kind,
            records: bodies,
            // A unique field takes a value once: the same records once more change nothing.
            isOnce: first.once !== undefined && isUnique(entity, description),
          },
          call,
        );
      default:
        return [];
    }
  } catch (error) {
    return chunk.map(() => ({ ok: false, error: error as never }));
  }
}
