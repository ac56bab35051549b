import { compareByOrder } from './entity-writer.ts';
import { badRequest } from './fault.ts';
import type { EntitySet, Row, Value } from './model.ts';
import type { QueryOptions } from './query-options.ts';
import type { Table } from './table.ts';

export interface Page {
  readonly rows: readonly Row[];
  /** Of all pages; only when it was asked for. */
  readonly count: number | undefined;
  /** What goes on behind this page. */
  readonly next: { readonly skipToken: string; readonly top: number | undefined } | undefined;
}

/** The position before the first row. */
export const startToken = encodeToken([]);

function encodeToken(values: readonly Value[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/**
 * A token is a keyset: the sort values and the key of the last row read. So a page goes on behind
 * that row even when rows were added, changed or removed meanwhile; none is skipped, and a row is
 * met twice only when its own sort value moved on.
 */
function decodeToken(token: string, fields: readonly string[]): Row | undefined {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw badRequest('Invalid $skiptoken');
  }
  if (!Array.isArray(values)) throw badRequest('Invalid $skiptoken');
  if (values.length === 0) return undefined;
  if (values.length !== fields.length) throw badRequest('Invalid $skiptoken');
  return Object.fromEntries(fields.map((field, index) => [field, values[index] as Value]));
}

function firstBehind(
  rows: readonly Row[],
  position: Row,
  compare: (left: Row, right: Row) => number,
): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(rows[middle]!, position) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Cuts the page that the query asks for out of a table, or out of the children of one entity. */
export function readPage(request: {
  readonly table: Table;
  readonly set: EntitySet;
  /** Without them all rows of the table. */
  readonly rows?: readonly Row[] | undefined;
  readonly query: QueryOptions;
  readonly pageSize: number;
}): Page {
  const { table, set, query, pageSize } = request;
  const { orderBy, filter, top } = query;
  const compare = (left: Row, right: Row): number =>
    compareByOrder(orderBy, left, right) || table.compareKeys(left, right);
  const orderName = orderBy
    .map(({ property, isDescending }) => `${property.field}${isDescending ? ' desc' : ''}`)
    .join();
  const rows =
    request.rows === undefined
      ? orderName === ''
        ? table.rows()
        : table.sorted(orderName, compare)
      : [...request.rows].sort(compare);

  const fields = [
    ...orderBy.map(({ property }) => property.field),
    ...set.keys.map(({ field }) => field),
  ];
  const position = query.skipToken === undefined ? undefined : decodeToken(query.skipToken, fields);
  let at = position ? firstBehind(rows, position, compare) : 0;
  let toSkip = query.skipToken === undefined ? query.skip : 0;
  const limit = Math.min(pageSize, top ?? Number.POSITIVE_INFINITY);

  const selected: Row[] = [];
  let hasMore = false;
  for (; at < rows.length; at += 1) {
    const row = rows[at]!;
    if (filter && !filter(row)) continue;
    if (toSkip > 0) {
      toSkip -= 1;
      continue;
    }
    if (selected.length === limit) {
      hasMore = true;
      break;
    }
    selected.push(row);
  }
  const last = selected.at(-1);
  const remaining = top === undefined ? undefined : top - selected.length;
  return {
    rows: selected,
    count: query.wantsCount ? (filter ? rows.filter(filter).length : rows.length) : undefined,
    next:
      hasMore && last && remaining !== 0
        ? { skipToken: encodeToken(fields.map((field) => last[field]!)), top: remaining }
        : undefined,
  };
}
