import {
  type CallOptions,
  type Checkpoint,
  ConnectorError,
  type ErpRecord,
  invalidCheckpoint,
  type RecordPage,
  type RecordQuery,
} from '@common/connector-core';
import { decodeRows, type QuickbooksTarget } from './decode-rows.ts';
import { keyedPages } from './keyed-pages.ts';
import { isKey, pathOf, type Row } from './quickbooks-entity.ts';
import { conditionsOf, literal, referenceConditions, statementOf } from './quickbooks-query.ts';
import { unreadable } from './quickbooks-session.ts';
import { isRow } from './row/merge-row.ts';

/** Reads one record by its Id, as QuickBooks has it now. */
export async function readRow(
  { entity, session }: QuickbooksTarget,
  key: string,
  call: CallOptions,
): Promise<Row | undefined> {
  if (!isKey(key)) return undefined;
  // The company has one record; its path has the realm id.
  if (entity.kind === 'single' && key !== session.settings.realmId) return undefined;
  const { realmId } = session.settings;
  try {
    const operation = `read ${entity.resource}`;
    const { body, requestId } = await session.send({
      ...call,
      operation,
      path: `${pathOf(entity)}/${entity.kind === 'single' ? realmId : key}`,
      entity: entity.name,
      key,
    });
    const row = body[entity.resource];
    // An answer without the record does not say that there is none.
    if (!isRow(row)) throw unreadable({ operation }, { requestId });
    if (entity.kind !== 'single' && row.Id !== key) return undefined;
    if (row.status === 'Deleted') return undefined;
    if (entity.kind !== 'single') return row;
    return { ...row, Id: key, HomeCurrency: await session.homeCurrency(call) };
  } catch (error) {
    // 610: no such record.
    if (ConnectorError.isInstance(error) && error.vendorCode === '610') return undefined;
    throw error;
  }
}

/** Reads several records in one request; those that there are. */
export async function readRows(
  { entity, session }: QuickbooksTarget,
  keys: readonly string[],
  call: CallOptions,
): Promise<ReadonlyMap<string, Row>> {
  const wanted = [...new Set(keys)].filter(isKey);
  if (wanted.length === 0) return new Map();
  const { resource } = entity;
  const where = [`Id IN (${wanted.map(literal).join(', ')})`, ...conditionsOf(entity)];
  const statement = statementOf({ resource, where, maxResults: 1000 });
  const { rows } = await session.query({ resource, statement }, call);
  return new Map(rows.map((row) => [String(row.Id), row]));
}

/** A full read, page by page in the order of the Id. */
export async function* listRecords(
  open: () => QuickbooksTarget,
  { where, pageSize, after }: RecordQuery = {},
  call: CallOptions,
): AsyncGenerator<RecordPage> {
  const target = open();
  const { entity, session } = target;
  if (!entity.capabilities.list) throw unlistable(target);
  const pages = keyedPages(
    {
      ...target,
      pageSize: Math.min(pageSize ?? session.settings.pageSize, entity.capabilities.maxPageSize),
      where: conditionsOf(entity, where),
      isWhole: where === undefined || where.length === 0,
      ...readAfter(after),
    },
    call,
  );
  for await (const page of pages) {
    const { records, failures } = await decodeRows(target, page.rows, call);
    yield {
      records,
      ...(failures.length > 0 ? { failures } : {}),
      checkpoint: { after: page.lastKey, read: page.read },
    };
  }
}

/** The records of a reference. */
export async function findRecords(
  target: QuickbooksTarget,
  reference: Readonly<Record<string, string>>,
  call: CallOptions,
): Promise<readonly ErpRecord[]> {
  const { entity, session } = target;
  const { resource } = entity;
  const where = referenceConditions(entity, reference);
  const statement = statementOf({ resource, where, maxResults: 1000 });
  const { rows } = await session.query({ resource, statement }, call);
  const { records, failures } = await decodeRows(target, rows, call);
  // Not being able to read what was found is not the same as not finding it.
  const [failure] = failures;
  if (failure) throw failure.error;
  return records;
}

function readAfter({ after, read }: Checkpoint = {}): {
  readonly after?: string | undefined;
  readonly read?: number | undefined;
} {
  const isGood =
    (after === undefined || typeof after === 'string') &&
    (read === undefined || typeof read === 'number');
  if (isGood) return { after, read };
  throw invalidCheckpoint({ system: 'quickbooks', of: 'a list' });
}

function unlistable({ entity, session }: QuickbooksTarget): ConnectorError {
  return new ConnectorError({
    code: 'ERR_UNSUPPORTED_OPERATION',
    category: 'unsupported',
    message: `A connection has one ${entity.name}. Read it by its key, the realm id ${session.settings.realmId}.`,
    system: 'quickbooks',
    entity: entity.name,
  });
}
