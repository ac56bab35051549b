import {
  type CallOptions,
  ConnectorError,
  type WriteChange,
  type WriteOptions,
  type WriteResult,
  writeEach,
} from '@common/connector-core';
import type { Mapping } from '@common/connector-core/mapping';
import type {
  BatchOperation,
  ODataClient,
  ODataRecord,
  ServiceMessage,
} from '@common/connector-odata';
import { changeTimeOf } from './sap-change-time.ts';
import type { SapEntity } from './sap-entities.ts';
import { planUpdate } from './sap-update-plan.ts';
import type { EntityWriter } from './writers/entity-writer.ts';

export interface SapWriteContext {
  readonly client: ODataClient;
  readonly mapping: Mapping<object, ODataRecord>;
  readonly writer: EntityWriter;
  /** Reads the vendor's record as it is stored, navigations expanded. */
  read(
    key: string,
    call: CallOptions,
  ): Promise<{ readonly record: ODataRecord; readonly etag?: string | undefined } | undefined>;
}

/** Writes records one by one; SAP's services have no bulk operation that answers record by record. */
export function writeRecords(
  entity: SapEntity,
  changes: readonly WriteChange[],
  context: SapWriteContext,
  options: WriteOptions = {},
): Promise<readonly WriteResult[]> {
  return writeEach(changes, (change) => writeOne(entity, change, context, options), {
    signal: options.signal,
  });
}

async function writeOne(
  entity: SapEntity,
  change: WriteChange,
  context: SapWriteContext,
  options: WriteOptions,
): Promise<WriteResult> {
  if (change.op === 'delete') return remove(entity, change, context, options);
  const key = change.key ?? context.writer.ownKey?.(change.record);
  const stored = key === undefined ? undefined : await context.read(key, options);
  if (stored) return update(entity, change, stored, context, options);
  if (change.key !== undefined) throw missing(entity, change.key);
  return create(entity, change, context, options);
}

type Upsert = Extract<WriteChange, { readonly op: 'upsert' }>;
type Delete = Extract<WriteChange, { readonly op: 'delete' }>;
type Stored = { readonly record: ODataRecord; readonly etag?: string | undefined };

async function create(
  entity: SapEntity,
  change: Upsert,
  { client, mapping, writer, read }: SapWriteContext,
  options: WriteOptions,
): Promise<WriteResult> {
  const data = writer.toCreate(mapping.encode(writer.prepare(change.record)), change);
  if (options.dryRun) return { status: 'created', key: writer.ownKey?.(change.record) ?? '' };
  const answer = await client.create({ entity: entity.type, data, ...callOf(options) });
  let created = answer.record ?? {};
  if (!created[entity.keyProperty]) {
    // The number of a customer or supplier may be assigned after the business partner was saved.
    const again = await read(String(created[entity.orderProperty] ?? ''), options);
    created = again?.record ?? created;
  }
  const key = created[entity.keyProperty];
  if (typeof key !== 'string' || key === '') {
    throw new ConnectorError({
      code: 'ERR_INVALID_RESPONSE',
      category: 'internal',
      message: `SAP created the record and did not tell its ${entity.keyProperty}. Read it back before writing again.`,
      outcomeUnknown: true,
    });
  }
  return { status: 'created', key, ...outcome(entity, created, answer.messages) };
}

async function update(
  entity: SapEntity,
  change: Upsert,
  stored: Stored,
  { client, mapping, writer }: SapWriteContext,
  options: WriteOptions,
): Promise<WriteResult> {
  const key = String(stored.record[entity.keyProperty]);
  assertRevision(entity, key, change.expectedRevision, stored);
  const desired = writer.toUpdate(mapping.encode(writer.prepare(change.record)), stored.record);
  const operations = [
    ...planUpdate({
      type: entity.type,
      desired,
      current: stored.record,
      ifMatch: stored.etag,
    }),
    ...writer.deletions(change.record, stored.record),
  ];
  if (operations.length === 0) {
    return { status: 'unchanged', key, ...outcome(entity, stored.record) };
  }
  if (options.dryRun) return { status: 'updated', key };
  const messages = await run(client, operations, options);
  return { status: 'updated', key, ...outcome(entity, undefined, messages) };
}

async function remove(
  entity: SapEntity,
  change: Delete,
  { client, writer, read }: SapWriteContext,
  options: WriteOptions,
): Promise<WriteResult> {
  if (!entity.capabilities.delete) {
    throw new ConnectorError({
      code: 'ERR_UNSUPPORTED_OPERATION',
      category: 'unsupported',
      message: `SAP does not delete a ${entity.name} over this service. Mark it for deletion instead (isMarkedForDeletion).`,
    });
  }
  const { key } = change;
  const stored = await read(key, options);
  if (stored === undefined) throw missing(entity, key);
  assertRevision(entity, key, change.expectedRevision, stored);
  const operations = writer.deletions(undefined, stored.record);
  if (operations.length > 0 && !options.dryRun) await run(client, operations, options);
  return { status: 'deleted', key };
}

/** One operation goes alone, several go as one change set: all of them or none. */
async function run(
  client: ODataClient,
  operations: readonly BatchOperation[],
  options: CallOptions,
): Promise<readonly ServiceMessage[]> {
  const call = callOf(options);
  const [only, ...others] = operations;
  if (only !== undefined && others.length === 0) {
    if (only.op === 'update') return (await client.update({ ...only, ...call })).messages;
    if (only.op === 'create') return (await client.create({ ...only, ...call })).messages;
    if (only.op === 'delete') return (await client.delete({ ...only, ...call })).messages;
  }
  const outcomes = await client.batch({ operations: [{ changeSet: operations }], ...call });
  // The culprit explains more than those that were rolled back with it.
  const bad =
    outcomes.find(({ status }) => status === 'failed') ??
    outcomes.find(({ status }) => status === 'unknown') ??
    outcomes.find(({ status }) => status !== 'succeeded');
  if (bad && bad.status !== 'succeeded') throw bad.error;
  return outcomes.flatMap((done) => (done.status === 'succeeded' ? done.result.messages : []));
}

function assertRevision(
  entity: SapEntity,
  key: string,
  expected: string | undefined,
  stored: Stored,
): void {
  const found = changeTimeOf(entity, stored.record);
  if (expected === undefined || expected === found) return;
  throw new ConnectorError({
    code: 'ERR_CONFLICT',
    category: 'conflict',
    message: `${entity.name} ${key} was changed in SAP at ${found}, after revision ${expected} was read. Read it again.`,
    key,
  });
}

function missing(entity: SapEntity, key: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_NOT_FOUND',
    category: 'not-found',
    message: `SAP has no ${entity.name} ${key}.`,
    key,
  });
}

function outcome(
  entity: SapEntity,
  record: ODataRecord | undefined,
  messages: readonly ServiceMessage[] = [],
) {
  const revision = record && changeTimeOf(entity, record);
  const warnings = messages
    .filter(({ severity }) => severity === 'warning')
    .map(({ code, message }) => (code ? `${code}: ${message}` : message));
  return {
    ...(revision ? { revision } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

const callOf = ({ signal, correlationId, priority }: CallOptions): CallOptions => ({
  signal,
  correlationId,
  priority,
});
