import {
  type CallOptions,
  ConnectorError,
  type WriteOptions,
  type WriteResult,
} from '@common/connector-core';
import type { ODataRecord } from '@common/connector-odata';
import { type SapTarget, typeFor } from './sap-target.ts';
import { outcomeOf } from './write-result.ts';
import type { Upsert } from './writers/entity-writer.ts';

/** Creates a record with its children in one request. */
export async function createRecord(
  target: SapTarget,
  change: Upsert,
  { dryRun, ...call }: WriteOptions,
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
    category: 'transient',
    retryable: false,
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
