import {
  ConnectorError,
  type ErpRecord,
  type WriteChange,
  type WriteOptions,
  type WriteResult,
  writeEach,
} from '@common/connector-core';
import { createRecord } from './create-record.ts';
import { namingSap } from './sap-error.ts';
import { readStored } from './sap-read.ts';
import type { SapTarget } from './sap-target.ts';
import { guardedBy, sendOperations } from './send-operations.ts';
import { updateRecord } from './update-record.ts';
import { assertRevision } from './write-result.ts';

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
    const write = () =>
      namingSap(writeOne(target, change, options), { entity: target.entity.name, key });
    const result = before ? before.then(write) : write();
    const isOver = result.catch(() => undefined);
    if (key !== undefined) turns.set(key, isOver);
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
  options: WriteOptions,
): Promise<WriteResult> {
  if (change.op === 'delete') return remove(target, change, options);
  const key = keyOf(change, target);
  const stored = key === undefined ? undefined : await readStored(target, key, options);
  if (stored) return updateRecord(target, { change, stored }, options);
  if (change.key !== undefined) throw missing(target, change.key);
  return createRecord(target, change, options);
}

async function remove(
  target: SapTarget,
  change: Extract<WriteChange, { readonly op: 'delete' }>,
  { dryRun, ...call }: WriteOptions,
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
