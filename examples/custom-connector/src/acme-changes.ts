import type {
  CallOptions,
  ChangePage,
  Checkpoint,
  HttpClient,
  Product,
} from '@common/connector-core';
import { decodeAll, readPages } from './acme-query.ts';

/** Reads what changed: from whichever checkpoint a reader goes on, nothing is skipped. */
export async function* readChanges(
  http: HttpClient,
  pageSize: number,
  since: Checkpoint = {},
  call?: CallOptions,
): AsyncIterable<ChangePage<Product>> {
  const from = `${since.modified ?? ''}`;
  const query = { order: 'modified', limit: String(pageSize), modified_since: from };
  for await (const { items, next } of readPages(http, query, since.cursor, call)) {
    const { records, failures } = decodeAll(items);
    const changes = records.map((record) => ({ op: 'upsert', record }) as const);
    // The next read begins at the newest change that was seen, for others of the same instant may
    // follow it: some records come twice, none is lost.
    const modified = next === null ? (items.at(-1)?.modified ?? from) : from;
    yield { changes, failures, checkpoint: { modified, cursor: next } };
  }
}
