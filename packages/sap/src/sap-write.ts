import {
  type CallOptions,
  ConnectorError,
  type ErpRecord,
  type WriteChange,
  type WriteOptions,
  type WriteResult,
  writeEach,
} from '@common/connector-core';
import type { Mapping } from '@common/connector-core/mapping';
import type { EntityType, ODataRecord } from '@common/connector-odata';
import { hasCustomDate } from './custom-fields.ts';
import { readStored, type SapSource, type StoredRecord } from './sap-read.ts';
import { planUpdate } from './sap-update-plan.ts';
import { guardedBy, sendOperations } from './send-operations.ts';
import { assertRevision, outcomeOf } from './write-result.ts';
import type { EntityWriter, Upsert } from './writers/entity-writer.ts';

export interface SapTarget extends SapSource {
  readonly mapping: Mapping<object, ODataRecord>;
  readonly writer: EntityWriter;
  /** The type with the customer fields of the live service. */
  liveType(call: CallOptions): Promise<EntityType>;
}

/**
 * Writes records one by one; SAP's services have no bulk operation that answers record by record. Changes
 * of the same record wait for each other: without ETags, the later one would not see what the first did.
 */
export function writeRecords(
  target: SapTarget,
  changes: readonly WriteChange[],
  options: WriteOptions = {},
): Promise<readonly WriteResult[]> {
  const turns = new Map<string, Promise<unknown>>();
  const inTurn = (change: WriteChange): Promise<WriteResult> => {
    const key = keyOf(change, target);
    const before = key === undefined ? undefined : turns.get(key);
    const result = before
      ? before.then(() => writeOne(target, change, options))
      : writeOne(target, change, options);
    if (key !== undefined)
      turns.set(
        key,
        result.catch(() => undefined),
      );
    return result;
  };
  // The governor of the connection bounds the requests.
  return writeEach(changes, inTurn, { signal: options.signal, concurrency: 64 });
}

const keyOf = (change: WriteChange, { writer }: SapTarget): string | undefined =>
  change.key ?? (change.op === 'upsert' ? writer.ownKey?.(change.record) : undefined);

async function writeOne(
  target: SapTarget,
  change: WriteChange,
  { dryRun = false, ...call }: WriteOptions,
): Promise<WriteResult> {
  if (change.op === 'delete') return remove(target, change, dryRun, call);
  const key = keyOf(change, target);
  const stored = key === undefined ? undefined : await readStored(target, key, call);
  if (stored) return update(target, change, stored, dryRun, call);
  if (change.key !== undefined) throw missing(target, change.key);
  return create(target, change, dryRun, call);
}

async function create(
  target: SapTarget,
  change: Upsert,
  dryRun: boolean,
  call: CallOptions,
): Promise<WriteResult> {
  const { entity, client, mapping, writer } = target;
  const data = writer.toCreate(mapping.encode(writer.prepare(change.record)), change);
  if (dryRun) return { status: 'created', key: writer.ownKey?.(change.record) ?? '' };
  const type = await typeFor(target, data, call);
  const answer = await client.create({ entity: type, data, ...call });
  const created = await completed(target, answer.record ?? {}, call);
  const key = created[entity.keyProperty];
  if (typeof key === 'string' && key !== '') {
    return { status: 'created', key, ...outcomeOf(entity, created, answer.messages) };
  }
  throw new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'internal',
    message: `SAP created the ${entity.name} and did not tell its ${entity.keyProperty}. Look for it in SAP before writing it again.`,
    outcomeUnknown: true,
  });
}

/** The number of a customer or supplier may be assigned after the business partner was saved. */
async function completed(
  { entity, client }: SapTarget,
  created: ODataRecord,
  call: CallOptions,
): Promise<ODataRecord> {
  const key = created[entity.orderProperty];
  if (created[entity.keyProperty] || typeof key !== 'string') return created;
  const again = await client.get({ entity: entity.type, key, ...call });
  return again?.record ?? created;
}

async function update(
  target: SapTarget,
  change: Upsert,
  stored: StoredRecord,
  dryRun: boolean,
  call: CallOptions,
): Promise<WriteResult> {
  const { entity, client, mapping, writer } = target;
  const current = stored.record;
  const key = String(current[entity.keyProperty]);
  assertRevision(entity, change, stored);
  const desired = writer.toUpdate(mapping.encode(writer.prepare(change.record)), current);
  const type = await typeFor(target, desired, call);
  const operations = guardedBy(stored.etag, [
    ...planUpdate({ type, desired, current }),
    ...writer.deletions(change.record, current),
  ]);
  if (operations.length === 0) return { status: 'unchanged', key, ...outcomeOf(entity, current) };
  if (dryRun) return { status: 'updated', key };
  const messages = await sendOperations(client, operations, call);
  return { status: 'updated', key, ...outcomeOf(entity, undefined, messages) };
}

async function remove(
  target: SapTarget,
  change: Extract<WriteChange, { readonly op: 'delete' }>,
  dryRun: boolean,
  call: CallOptions,
): Promise<WriteResult> {
  const { entity, client, writer } = target;
  const { key } = change;
  if (!entity.capabilities.delete) throw undeletable(target);
  const stored = await readStored(target, key, call);
  if (stored === undefined) throw missing(target, key);
  assertRevision(entity, change, stored);
  const operations = guardedBy(
    stored.etag,
    writer.deletions({ isDeleted: true } as ErpRecord, stored.record),
  );
  if (operations.length > 0 && !dryRun) await sendOperations(client, operations, call);
  return { status: 'deleted', key };
}

/** The live service is asked only when a customer field is written whose form depends on its type. */
async function typeFor(
  { entity, liveType }: SapTarget,
  data: ODataRecord,
  call: CallOptions,
): Promise<EntityType> {
  return entity.version === 'v2' && hasCustomDate(data) ? liveType(call) : entity.type;
}

function undeletable({ entity }: SapTarget): ConnectorError {
  return new ConnectorError({
    code: 'ERR_UNSUPPORTED_OPERATION',
    category: 'unsupported',
    message: `SAP does not delete a ${entity.name} over its service. Mark it instead: isMarkedForDeletion.`,
    system: 'sap',
    entity: entity.name,
  });
}

function missing({ entity }: SapTarget, key: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_NOT_FOUND',
    category: 'not-found',
    message: `SAP has no ${entity.name} ${key}, or the settings leave it out (companyCodes).`,
    system: 'sap',
    entity: entity.name,
    key,
  });
}
