import { invalid } from './common-error.ts';
import type { SortedIndex } from './sorted-index.ts';

export interface Page {
  readonly items: readonly unknown[];
  readonly next_cursor: string | null;
}

export interface PageRequest<Value> {
  readonly query: URLSearchParams;
  readonly index: SortedIndex<Value>;
  /** Start here (inclusive) when there is no cursor. */
  readonly from?: string | undefined;
  readonly isWanted: (value: Value) => boolean;
  readonly show: (value: Value) => unknown;
}

const defaultPageSize = 50;
const maxPageSize = 200;
// Shields against a cursor of another list or of an invented one.
const cursorPrefix = 'k1:';

function readPageSize(text: string | null): number {
  if (text === null) return defaultPageSize;
  const size = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > maxPageSize) {
    throw invalid(`page_size: must be an integer from 1 to ${maxPageSize}`);
  }
  return size;
}

function readCursor(text: string | null): string | undefined {
  if (text === null) return undefined;
  const decoded = Buffer.from(text, 'base64url').toString('utf8');
  const isOurs = decoded.startsWith(cursorPrefix) && encodeCursor(decoded.slice(3)) === text;
  if (!isOurs) throw invalid('cursor: is not one that this API handed out');
  return decoded.slice(cursorPrefix.length);
}

function encodeCursor(key: string): string {
  return Buffer.from(cursorPrefix + key).toString('base64url');
}

/** Reads one page behind the cursor; `next_cursor` is null on the last one. */
export function readPage<Value>(request: PageRequest<Value>): Page {
  const { query, index, isWanted, show } = request;
  const pageSize = readPageSize(query.get('page_size'));
  const items: unknown[] = [];
  let lastKey = '';
  for (const [key, value] of index.after(readCursor(query.get('cursor')) ?? request.from)) {
    if (!isWanted(value)) continue;
    if (items.length === pageSize) return { items, next_cursor: encodeCursor(lastKey) };
    items.push(show(value));
    lastKey = key;
  }
  return { items, next_cursor: null };
}
