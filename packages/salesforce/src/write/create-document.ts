import {
  type CallOptions,
  ConnectorError,
  type WriteOptions,
  type WriteResult,
} from '@common/connector-core';
import { externalIdOf } from '../external-id.ts';
import type { SalesforceRow } from '../run-query.ts';
import type { SalesforceFields } from '../salesforce-entity.ts';
import { readRows } from '../salesforce-read.ts';
import { soql, soqlName } from '../soql/soql.ts';
import { splitLines } from './document-plan.ts';
import { type DocumentTarget, stepsOfNew } from './document-steps.ts';
import { runGraph } from './graph.ts';
import { type NewLines, type PriceList, withPrices } from './order-lines.ts';
import { withoutForeignCurrency } from './raw-json.ts';
import { updateDocument } from './update-document.ts';
import type { Upsert } from './waves.ts';

/** A new document, encoded. */
export interface NewDocument extends NewLines {
  /** Value of the external id field. */
  readonly externalId: string | undefined;
  /** Whether it comes from the idempotency key: whatever has it is of this very write. */
  readonly isOwn: boolean;
}

/** @throws ConnectorError when the record cannot be encoded */
export function prepareDocument(target: DocumentTarget, change: Upsert): NewDocument {
  const { codec, settings, lines, description, entity } = target;
  const { externalIdField } = entity;
  const encoded = withoutForeignCurrency(
    codec.encode(change.record as never),
    description,
    settings.currency,
  );
  const { head, lines: added = [] } = splitLines(encoded, lines);
  if (externalIdField === undefined) return { head, added, externalId: undefined, isOwn: false };
  const given = head[externalIdField];
  if (typeof given === 'string' && given !== '') {
    return { head, added, externalId: given, isOwn: false };
  }
  const { idempotencyKey } = change;
  if (idempotencyKey === undefined) return { head, added, externalId: undefined, isOwn: false };
  const externalId = externalIdOf(idempotencyKey, description.fields.get(externalIdField));
  const named: SalesforceFields = { ...head, [externalIdField]: externalId };
  return { head: named, added, externalId, isOwn: true };
}

/** Makes a document with its lines. One that is there by its external reference is changed instead. */
export async function createDocument(
  target: DocumentTarget,
  {
    change,
    document,
    list,
  }: {
    readonly change: Upsert;
    readonly document: NewDocument;
    readonly list: PriceList | undefined;
  },
  { dryRun, ...call }: WriteOptions,
): Promise<WriteResult> {
  const { entity, session, description } = target;
  const { externalId, isOwn } = document;
  const steps = stepsOfNew(target, withPrices(target, { ...document, list }));
  if (dryRun) return { status: 'created', key: '' };
  // A unique field takes the value once: the same transaction once more changes nothing.
  const isUnique = description.fields.get(entity.externalIdField ?? '')?.unique === true;
  try {
    const ids = await runGraph(session, steps, {
      ...call,
      operation: 'createDocument',
      entity: entity.name,
      idempotent: externalId !== undefined && isUnique,
    });
    return { status: 'created', key: ids.get('head') ?? '' };
  } catch (error) {
    const isThere = ConnectorError.isInstance(error) && error.vendorCode === 'DUPLICATE_VALUE';
    if (!isThere || externalId === undefined) throw error;
    const current = await findByExternalId(target, externalId, call);
    if (current === undefined) throw error;
    if (isOwn) return { status: 'created', key: String(current.Id) };
    return await updateDocument(target, { change, current, isWhole: true }, call);
  }
}

async function findByExternalId(
  target: DocumentTarget,
  externalId: string,
  call: CallOptions,
): Promise<SalesforceRow | undefined> {
  const { externalIdField = '' } = target.entity;
  const tail = soql` WHERE ${soqlName(externalIdField)} = ${externalId} LIMIT 2`;
  for await (const { rows } of readRows(target, { tail }, call)) {
    if (rows.length === 1) return rows[0];
  }
  return undefined;
}
