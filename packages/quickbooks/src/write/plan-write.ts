import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  type CallOptions,
  ConnectorError,
  type ErpRecord,
  type WriteChange,
  type WriteResult,
} from '@common/connector-core';
import { currencyFor, decodeRow, type QuickbooksTarget } from '../decode-rows.ts';
import type { Row } from '../quickbooks-entity.ts';
import { requestIdOf } from '../request-id.ts';
import { toFlat, toRow } from '../row/flat-row.ts';
import { readLines, writeLines } from '../row/lines.ts';
import { hasNull, mergeRow, withoutNulls } from '../row/merge-row.ts';
import { customFieldPrefix } from '../templates/quickbooks-codecs.ts';
import { assertCurrency } from './assert-currency.ts';
import { assertUnmasked } from './assert-unmasked.ts';
import { withDefaults } from './default-accounts.ts';
import { prepareRecord } from './prepare-record.ts';

/** What is to be sent for a change. */
export interface WritePlan {
  readonly operation: 'create' | 'update' | 'delete';
  readonly body: Row;
  readonly requestId: string;
  /** What the result says when it is done. */
  readonly status: 'created' | 'updated' | 'deleted';
  readonly key?: string | undefined;
  /** What was asked for, to compare with what came of it. */
  readonly record?: ErpRecord | undefined;
}

/** What is to be sent, or the result where nothing is. */
export type Planned = { readonly plan: WritePlan } | { readonly result: WriteResult };

type Create = Extract<WriteChange, { readonly op: 'upsert'; readonly key?: undefined }>;
export type Existing = Extract<WriteChange, { readonly key: string }>;

export const isCreate = (change: WriteChange): change is Create =>
  change.op === 'upsert' && change.key === undefined;

/** A new record. */
export async function planCreate(
  target: QuickbooksTarget,
  change: Create,
  call: CallOptions,
): Promise<WritePlan> {
  const { entity, mapping, session } = target;
  const record = prepareRecord(change.record);
  const flat = mapping.encode(record);
  const definitions = await definitionsFor(target, flat, call);
  const row = withoutNulls(toRow(entity, flat, { definitions }));
  const body = withDefaults(entity, await assertCurrency(target, row, call), session.settings);
  const { idempotencyKey = randomUUID() } = change;
  return {
    operation: 'create',
    status: 'created',
    body,
    record,
    // Without the content: one key is one record, whatever became of its content meanwhile.
    requestId: requestIdOf('create', entity.resource, idempotencyKey),
  };
}

/**
 * What changes an existing record. The SyncToken guards it, and is part of the request id: the same
 * change over another state is another request.
 *
 * @throws ConnectorError `ERR_CONFLICT` when another revision was expected
 */
export async function planChange(
  target: QuickbooksTarget,
  { change, stored }: { readonly change: Existing; readonly stored: Row },
  call: CallOptions,
): Promise<Planned> {
  const { entity } = target;
  const { key } = change;
  assertRevision(target, change, stored);
  const { SyncToken } = stored;
  const identity = { Id: key, SyncToken };
  const revision = typeof SyncToken === 'string' ? { revision: SyncToken } : {};
  const plan = (operation: WritePlan['operation'], body: Row, status: WritePlan['status']) => ({
    plan: {
      ...{ operation, body, status, key },
      record: change.op === 'upsert' ? (change.record as ErpRecord) : undefined,
      requestId: changeRequestId(target, change, String(SyncToken)),
    },
  });
  if (change.op === 'delete') {
    if (entity.kind === 'transaction') return plan('delete', identity, 'deleted');
    if (stored.Active === false) return { result: { status: 'deleted', key, ...revision } };
    return plan('update', { ...identity, sparse: true, Active: false }, 'deleted');
  }
  const homeCurrency = await currencyFor(target, [stored], call);
  const now = decodeRow(target, stored, homeCurrency);
  const flat = target.mapping.encodePatch(prepareRecord(change.record as ErpRecord, now));
  const definitions = await definitionsFor(target, flat as Row, call, stored);
  const written = await assertCurrency(
    target,
    toRow(entity, flat as Row, { stored, definitions }),
    call,
    homeCurrency,
  );
  const desired = withoutNulls(mergeRow(stored, written));
  // Compared in canonical form, where 1.5 and 1.500 are the same.
  if (isDeepStrictEqual(decodeRow(target, desired, homeCurrency), now)) {
    return { result: { status: 'unchanged', key, ...revision } };
  }
  // A sparse update leaves alone what is absent, so it cannot clear: then all is sent.
  const isClearing = hasNull(written);
  if (isClearing) assertUnmasked(target, stored);
  const changed = Object.entries(written).filter(
    ([name, value]) => !isDeepStrictEqual(value, stored[name]),
  );
  const body = isClearing
    ? withoutServersOwn(desired)
    : { ...Object.fromEntries(changed), ...identity, sparse: true };
  return plan('update', { ...body, ...identity }, 'updated');
}

/** Of what is made of a revision, by what was asked for: whoever has read another one can tell it too. */
export const changeRequestId = (
  { entity }: QuickbooksTarget,
  { op, key, idempotencyKey = randomUUID(), ...rest }: Existing,
  revision: string,
): string =>
  requestIdOf(
    ...[op, entity.resource, key, idempotencyKey, revision],
    JSON.stringify('record' in rest ? rest.record : null),
  );

/** The service sets them, and `sparse` would leave alone what is missing. */
function withoutServersOwn({ sparse: _, MetaData: __, domain: ___, ...row }: Row): Row {
  return row;
}

function assertRevision(
  { entity }: QuickbooksTarget,
  { key, expectedRevision }: Existing,
  { SyncToken }: Row,
): void {
  if (expectedRevision === undefined || expectedRevision === SyncToken) return;
  throw new ConnectorError({
    code: 'ERR_CONFLICT',
    category: 'conflict',
    message: `${entity.name} ${key} was changed in QuickBooks after the revision that was read. Read it again.`,
    system: 'quickbooks',
    entity: entity.name,
    key,
  });
}

/** The custom fields of the company, where a record has one that is not known otherwise. */
async function definitionsFor(
  { entity, session }: QuickbooksTarget,
  flat: Row,
  call: CallOptions,
  stored?: Row,
) {
  const known = Array.isArray(stored?.CustomField) ? (stored.CustomField as readonly Row[]) : [];
  const isMissing = Object.keys(flat).some(
    (name) =>
      name.startsWith(customFieldPrefix) &&
      !known.some(({ Name }) => Name === name.slice(customFieldPrefix.length)),
  );
  if (!isMissing) return [];
  const preferences = await session.preferences(call);
  return (
    (entity.name === 'purchaseOrder' ? preferences?.purchaseFields : preferences?.salesFields) ?? []
  );
}

/** Whether a stored record already is what a new row would make: what the service added does not count. */
export async function isAlready(
  target: QuickbooksTarget,
  stored: Row,
  row: Row,
  call: CallOptions,
): Promise<boolean> {
  const { entity } = target;
  const homeCurrency = await currencyFor(target, [stored], call);
  const flat = (one: Row) =>
    target.mapping.decode(toFlat(entity, one, { homeCurrency })) as ErpRecord;
  const lines =
    entity.lines === undefined || row.Line === undefined
      ? {}
      : { Line: writeLines(entity.lines, readLines(entity.lines, row), stored) };
  return isDeepStrictEqual(flat(mergeRow(stored, { ...row, ...lines })), flat(stored));
}
