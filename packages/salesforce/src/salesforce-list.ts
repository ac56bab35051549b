import {
  type CallOptions,
  type Checkpoint,
  type ConnectorError,
  type ErpRecord,
  invalidCheckpoint,
  type RecordPage,
  type RecordQuery,
  repeatedPage,
} from '@common/connector-core';
import { bulkRows, isForBulk } from './bulk/bulk-rows.ts';
import { decodeRows } from './decode-rows.ts';
import { conditionsOf, referenceConditions } from './salesforce-query.ts';
import { isId, type RowPage, readRows } from './salesforce-read.ts';
import type { SalesforceTarget } from './salesforce-target.ts';
import { joinSoql, type Soql, soql } from './soql/soql.ts';

/**
 * A full read in the order of the id. Each page is a query of its own that begins behind the last id, so
 * a reader may take days: a cursor of Salesforce ends after two.
 *
 * @throws ConnectorError `ERR_PAGINATION_LOOP` when a page comes again
 */
export async function* listRecords(
  target: SalesforceTarget,
  { where, pageSize, after }: RecordQuery = {},
  call: CallOptions,
): AsyncGenerator<RecordPage> {
  const { entity, session, settings } = target;
  const size = Math.max(
    1,
    Math.min(pageSize ?? settings.pageSize, entity.capabilities.maxPageSize),
  );
  let last = readAfter(after);
  const description = await session.describe(entity.object, call);
  const conditions = conditionsOf(entity, description, where);
  if (conditions === undefined) return;
  const pageOf = (page: RowPage): RecordPage | undefined => {
    const newest = page.rows.at(-1)?.Id;
    if (typeof newest !== 'string') return undefined;
    if (newest === last) throw repeated(entity.name);
    last = newest;
    return { ...decodeRows(target, page), checkpoint: { after: newest } };
  };
  const whereBehind = (): Soql =>
    whereOf([...conditions, ...(last === undefined ? [] : [soql`Id > ${last}`])]);

  for (let isFirst = true; ; isFirst = false) {
    let count = 0;
    const tail = soql`${whereBehind()} ORDER BY Id LIMIT ${size}`;
    for await (const page of readRows(target, { tail }, call)) {
      count += page.rows.length;
      const found = pageOf(page);
      if (found !== undefined) yield found;
    }
    if (count < size) return;
    // Whoever has read a whole page may have very many more before him.
    if (!isFirst || !(await isForBulk(target, whereBehind(), call))) continue;
    const rest = soql`${whereBehind()} ORDER BY Id`;
    for await (const page of bulkRows(target, { tail: rest, size }, call)) {
      const found = pageOf(page);
      if (found !== undefined) yield found;
    }
  }
}

/** Reads a record by its id. */
export async function getRecord(
  target: SalesforceTarget,
  key: string,
  call: CallOptions,
): Promise<ErpRecord | undefined> {
  if (!isId(key)) return undefined;
  for await (const page of readRows(target, { tail: soql` WHERE Id = ${key}` }, call)) {
    const [row] = page.rows;
    if (row !== undefined) return target.codec.decode(row, page.description);
  }
  return undefined;
}

/** The records of a reference. */
export async function findRecords(
  target: SalesforceTarget,
  reference: Readonly<Record<string, string>>,
  call: CallOptions,
): Promise<readonly ErpRecord[]> {
  const description = await target.session.describe(target.entity.object, call);
  const conditions = referenceConditions(target.entity, description, reference);
  const found: ErpRecord[] = [];
  const tail = soql`${whereOf(conditions)} ORDER BY Id`;
  for await (const page of readRows(target, { tail }, call)) {
    // Not being able to read what was found is not the same as not finding it.
    found.push(...page.rows.map((row) => target.codec.decode(row, page.description)));
  }
  return found;
}

/** ` WHERE a AND b`; nothing without conditions. */
export const whereOf = (conditions: readonly Soql[]): Soql =>
  conditions.length === 0 ? soql`` : soql` WHERE ${joinSoql(conditions, ' AND ')}`;

function readAfter({ after }: Checkpoint = {}): string | undefined {
  if (after === undefined || (typeof after === 'string' && isId(after))) return after;
  throw invalidCheckpoint({ system: 'salesforce', of: 'a list' });
}

export const repeated = (entity: string): ConnectorError =>
  repeatedPage({ system: 'salesforce', entity, advice: 'Report it to the owner of the org.' });
