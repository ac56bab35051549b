import type { CallOptions } from '@common/connector-core';
import { fitsCsv } from '../bulk/bulk-csv.ts';
import { ingestRecords } from '../bulk/ingest-records.ts';
import type { ObjectDescription } from '../object-description.ts';
import { bulkWriteFrom } from '../salesforce-settings-schema.ts';
import type { SalesforceTarget } from '../salesforce-target.ts';
import { type CollectionOutcome, collectionSize, sendCollection } from './collections.ts';
import { isUnique } from './made-before.ts';
import { toWire } from './raw-json.ts';
import type { ReadyChange } from './ready-change.ts';

type SendOptions = CallOptions & { readonly description: ObjectDescription };

/** Changes of a kind together: 200 at most, or very many for a job. */
export interface Chunk {
  readonly members: readonly ReadyChange[];
  readonly isForBulk: boolean;
}

/** Parts what is to be written into what goes together. */
export function chunksOf(
  { settings }: SalesforceTarget,
  ready: readonly ReadyChange[],
  description: ObjectDescription,
): readonly Chunk[] {
  const chunks: Chunk[] = [];
  const from = bulkWriteFrom(settings) ?? Number.POSITIVE_INFINITY;
  const fits = ({ fields }: ReadyChange): boolean => fitsCsv(fields, description);
  // What may be sent twice goes apart from what may not.
  const kindOf = ({ kind, once }: ReadyChange): string => (once === undefined ? kind : 'once');
  for (const kind of new Set(ready.map(kindOf))) {
    const all = ready.filter((one) => kindOf(one) === kind);
    const fitting = all.length >= from ? all.filter(fits) : [];
    const isForBulk = fitting.length >= from;
    if (isForBulk) chunks.push({ members: fitting, isForBulk });
    chunks.push(...collectionsOf(isForBulk ? all.filter((one) => !fits(one)) : all));
  }
  return chunks;
}

function collectionsOf(members: readonly ReadyChange[]): readonly Chunk[] {
  return Array.from({ length: Math.ceil(members.length / collectionSize) }, (_, index) => ({
    members: members.slice(index * collectionSize, (index + 1) * collectionSize),
    isForBulk: false,
  }));
}

/** Sends a chunk. A failure of the whole is that of each. */
export async function sendChunk(
  target: SalesforceTarget,
  chunk: Chunk,
  call: SendOptions,
): Promise<readonly CollectionOutcome[]> {
  try {
    return await (chunk.isForBulk ? sendBulk : sendTogether)(target, chunk.members, call);
  } catch (error) {
    return chunk.members.map(() => ({ ok: false, error: error as never }));
  }
}

async function sendBulk(
  target: SalesforceTarget,
  members: readonly ReadyChange[],
  call: SendOptions,
): Promise<readonly CollectionOutcome[]> {
  const { entity, session } = target;
  const kind = members[0]?.kind ?? 'create';
  const { description: _, ...rest } = call;
  const outcomes = await ingestRecords(
    session,
    {
      object: entity.object,
      operation: kind === 'create' ? 'insert' : kind,
      externalIdField: entity.externalIdField,
      rows: members.map(({ key, fields }) => (key === undefined ? fields : { Id: key, ...fields })),
    },
    { ...rest, entity: entity.name },
  );
  // One bad column or object ends a job; in collections each record stands for itself.
  const refused = members.filter((_, index) => outcomes[index]?.status === 'refused');
  const others = new Map<ReadyChange, CollectionOutcome>();
  for (const chunk of collectionsOf(refused)) {
    const found = await sendChunk(target, chunk, call);
    chunk.members.forEach((member, place) => {
      const outcome = found[place];
      if (outcome !== undefined) others.set(member, outcome);
    });
  }
  return outcomes.map((outcome, index) => {
    if (outcome.status === 'done') return { ok: true, id: outcome.id, created: outcome.isCreated };
    const other = others.get(members[index] as ReadyChange);
    return other ?? { ok: false, error: outcome.error };
  });
}

async function sendTogether(
  { entity, session, settings }: SalesforceTarget,
  members: readonly ReadyChange[],
  { description, ...call }: SendOptions,
): Promise<readonly CollectionOutcome[]> {
  const [first] = members;
  const shared = {
    object: entity.object,
    entity: entity.name,
    allOrNone: settings.allOrNone,
  };
  if (first?.kind === 'delete') {
    const ids = members.map(({ key }) => key ?? '');
    return sendCollection(session, { ...shared, kind: 'delete', ids }, call);
  }
  const records = members.map(({ kind, fields, key }) => {
    const wire = toWire(fields, description);
    return kind === 'update' ? { id: key, ...wire } : wire;
  });
  switch (first?.kind) {
    case 'upsert': {
      const externalIdField = entity.externalIdField ?? '';
      return sendCollection(session, { ...shared, kind: 'upsert', externalIdField, records }, call);
    }
    case 'update':
    case 'create': {
      const { kind } = first;
      // A unique field takes a value once: the same records once more change nothing.
      const isOnce = first.once !== undefined && isUnique(entity, description);
      return sendCollection(session, { ...shared, kind, records, isOnce }, call);
    }
    default:
      return [];
  }
}
