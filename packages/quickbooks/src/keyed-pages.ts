import { type CallOptions, ConnectorError, repeatedPage } from '@common/connector-core';
import type { QuickbooksTarget } from './decode-rows.ts';
import type { Row } from './quickbooks-entity.ts';
import { literal, statementOf } from './quickbooks-query.ts';

/** What is read, and from where on. */
export interface KeyedRead extends Pick<QuickbooksTarget, 'entity' | 'session'> {
  readonly pageSize: number;
  readonly where: readonly string[];
  /** Whether what it reads stays the same set, but for new records: then it is counted in the end. */
  readonly isWhole: boolean;
  /** Of the page before. */
  readonly after?: string | undefined;
  /** How many records came up to there. @default 0 */
  readonly read?: number | undefined;
}

export interface KeyedRows {
  readonly rows: readonly Row[];
  /** The next page begins behind this key. */
  readonly lastKey: string;
  readonly read: number;
  /** The service's own time, milliseconds since the epoch. */
  readonly timeMs: number | undefined;
}

/**
 * Reads in the order of the Id, each page behind the last Id of the one before: STARTPOSITION counts
 * rows, and rows move when records come and go.
 *
 * Whether Intuit compares Ids as it orders them is not in its documents. So at the end the records are
 * counted: more than were read means that some were skipped, and that is an error, not an end.
 *
 * @throws ConnectorError `ERR_PAGINATION_LOOP` when a page comes again
 */
export async function* keyedPages(read: KeyedRead, call: CallOptions): AsyncGenerator<KeyedRows> {
  const { entity, session, where, pageSize } = read;
  const { resource, orderProperty = 'Id' } = entity;
  const seen = new Set([read.after]);
  let total = read.read ?? 0;
  let counted = -1;
  for (let after = read.after; ; ) {
    const behind = after === undefined ? [] : [`${orderProperty} > ${literal(after)}`];
    const statement = statementOf({
      resource,
      where: [...where, ...behind],
      orderBy: `${orderProperty} ASC`,
      maxResults: pageSize,
    });
    const { rows, timeMs } = await session.query({ resource, statement }, call);
    if (rows.length > 0) {
      const lastKey = String(rows.at(-1)?.[orderProperty]);
      if (seen.has(lastKey)) throw repeated(read);
      seen.add(lastKey);
      after = lastKey;
      total += rows.length;
      yield { rows, lastKey, read: total, timeMs };
    }
    if (rows.length >= pageSize || (rows.length > 0 && !read.isWhole)) continue;
    if (after === undefined || !read.isWhole) return;
    const count = await countRows(read, call);
    if (count <= total) return;
    // Some may have come meanwhile: they are behind the last one, and looked for once more.
    if (rows.length === 0 && count === counted) throw skipped(read, count - total);
    counted = count;
  }
}

async function countRows({ entity, session, where }: KeyedRead, call: CallOptions) {
  const { resource } = entity;
  const statement = statementOf({ resource, where, count: true });
  const { totalCount } = await session.query({ resource, statement }, call);
  return totalCount ?? 0;
}

const repeated = ({ entity: { name: entity } }: KeyedRead): ConnectorError =>
  repeatedPage({ system: 'quickbooks', entity, advice: 'Report it to Intuit.' });

function skipped({ entity }: KeyedRead, count: number): ConnectorError {
  return new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'transient',
    message: `QuickBooks has ${count} more ${entity.name} than the pages brought. Read again from the beginning; if it stays so, report it.`,
    system: 'quickbooks',
    entity: entity.name,
  });
}
