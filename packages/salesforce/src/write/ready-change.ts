import type { WriteChange, WriteResult } from '@common/connector-core';
import { externalIdOf } from '../external-id.ts';
import type { ObjectDescription } from '../object-description.ts';
import type { SalesforceRow } from '../run-query.ts';
import type { SalesforceFields } from '../salesforce-entity.ts';
import { isId, rowOf } from '../salesforce-read.ts';
import type { SalesforceTarget } from '../salesforce-target.ts';
import { changedFields } from './changed-fields.ts';
import type { Collection } from './collections.ts';
import { conflict, missing } from './failures.ts';
import { withoutForeignCurrency } from './raw-json.ts';

/** A change that is ready to be sent. */
export interface ReadyChange {
  readonly index: number;
  readonly key?: string | undefined;
  readonly kind: Collection['kind'];
  /** Absent for deletions. */
  readonly fields: SalesforceFields;
  /** Known by its idempotency key: whatever Salesforce has of it is of this very write. */
  readonly isRepeatable?: boolean;
  /** The external id, of a record that cannot be upserted: some of its fields are never changed. */
  readonly once?: string;
}

/**
 * What has to be sent for a change; or its result, where nothing has to.
 *
 * @throws ConnectorError when it cannot be written
 */
export function prepare(
  target: SalesforceTarget,
  change: WriteChange,
  {
    known,
    description,
    dryRun,
  }: {
    readonly known: ReadonlyMap<string, SalesforceRow>;
    readonly description: ObjectDescription;
    readonly dryRun: boolean;
  },
): Omit<ReadyChange, 'index'> | WriteResult {
  const { entity, codec, settings } = target;
  const { key, expectedRevision } = change;
  if (change.op === 'delete') {
    if (!isId(change.key)) throw missing(target, change.key);
    if (expectedRevision !== undefined || dryRun) {
      stored(target, change.key, { known, expectedRevision });
    }
    return { kind: 'delete', key: change.key, fields: {} };
  }
  const { currency } = settings;
  if (key !== undefined) {
    const now = stored(target, key, { known, expectedRevision });
    const wanted = withoutForeignCurrency(codec.encodePatch(change.record), description, currency);
    const fields = changedFields(wanted, now, description);
    const { SystemModstamp } = now;
    if (Object.keys(fields).length === 0) {
      return { status: 'unchanged', key: String(now.Id), revision: String(SystemModstamp) };
    }
    return { kind: 'update', key: String(now.Id), fields };
  }
  const { externalIdField, prepareCreate = (fields: SalesforceFields) => fields } = entity;
  const encoded = prepareCreate(
    withoutForeignCurrency(codec.encode(change.record), description, currency),
  );
  if (externalIdField === undefined) return { kind: 'create', fields: encoded };
  const given = encoded[externalIdField];
  if (typeof given === 'string' && given !== '') return { kind: 'upsert', fields: encoded };
  if (change.idempotencyKey === undefined) return { kind: 'create', fields: encoded };
  const once = externalIdOf(change.idempotencyKey, description.fields.get(externalIdField));
  const fields = { ...encoded, [externalIdField]: once };
  const isFixed = Object.keys(encoded).some(
    (name) => description.fields.get(name)?.updateable === false,
  );
  return isFixed
    ? { kind: 'create', fields, isRepeatable: true, once }
    : { kind: 'upsert', fields, isRepeatable: true };
}

function stored(
  target: SalesforceTarget,
  key: string,
  {
    known,
    expectedRevision,
  }: {
    readonly known: ReadonlyMap<string, SalesforceRow>;
    readonly expectedRevision: string | undefined;
  },
): SalesforceRow {
  const now = rowOf(known, key);
  if (now === undefined) throw missing(target, key);
  if (expectedRevision !== undefined && expectedRevision !== now.SystemModstamp) {
    throw conflict(target, key);
  }
  return now;
}
