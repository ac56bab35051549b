import { type CallOptions, ConnectorError } from '@common/connector-core';
import type { RowPage, RowQuery } from '../salesforce-read.ts';
import type { SalesforceTarget } from '../salesforce-target.ts';
import { selectionOf } from '../select-fields.ts';
import { type Soql, soql, soqlName } from '../soql/soql.ts';
import { bulkQuery } from './bulk-query.ts';
import { rowOfCells } from './bulk-row.ts';

/** Whether what is still to be read is much enough for a job. Lines cannot be read by jobs. */
export async function isForBulk(
  { entity, session, settings }: SalesforceTarget,
  where: Soql,
  call: CallOptions,
): Promise<boolean> {
  const { queryFrom } = settings.bulk;
  if (queryFrom === 'never' || entity.lines !== undefined) return false;
  const count = soql`SELECT COUNT() FROM ${soqlName(entity.object)}${where}`;
  for await (const { totalSize } of session.query(count, { ...call, entity: entity.name })) {
    return totalSize >= queryFrom;
  }
  return false;
}

/**
 * Rows by a job, in pages of that size, as the REST API would send them. An object that jobs do not know
 * brings nothing, so that the caller goes on without one.
 */
export async function* bulkRows(
  target: SalesforceTarget,
  { tail, size, all = false }: RowQuery & { readonly size: number },
  call: CallOptions,
): AsyncGenerator<RowPage> {
  const { head, description } = await selectionOf(target, { ...call, all });
  let isBegun = false;
  try {
    const pages = bulkQuery(target.session, soql`${head}${tail}`, {
      ...call,
      all,
      entity: target.entity.name,
    });
    for await (const cells of pages) {
      isBegun = true;
      for (let at = 0; at < cells.length; at += size) {
        const rows = cells.slice(at, at + size).map((row) => rowOfCells(row, description));
        yield { rows, description };
      }
    }
  } catch (error) {
    const isRefused =
      ConnectorError.isInstance(error) &&
      ['validation', 'permission', 'configuration'].includes(error.category);
    if (isBegun || !isRefused) throw error;
  }
}
