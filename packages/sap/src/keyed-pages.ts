import { type CallOptions, type ConnectorError, repeatedPage } from '@common/connector-core';
import { type Decoding, decodePage, type KeyedPage } from './decode-page.ts';
import { pageFilter } from './sap-query.ts';
import type { SapSource } from './sap-read.ts';

/** What is read, and from where on. */
export interface KeyedRead extends Decoding, Pick<SapSource, 'client'> {
  readonly pageSize: number;
  readonly after?: string | undefined;
  readonly restriction?: string | undefined;
  readonly alternatives?: readonly string[] | undefined;
}

/**
 * Reads in the order of the key. Each page is a request of its own that begins behind the last key, so
 * nothing is skipped when records come, go or change meanwhile; the service's own links count rows, and
 * rows move. They are followed only from an empty page.
 *
 * It ends at an empty answer, never at a short one: a service may cap `$top` without saying so.
 *
 * @throws ConnectorError `ERR_PAGINATION_LOOP` when a page comes again
 */
export async function* keyedPages(read: KeyedRead, call: CallOptions): AsyncGenerator<KeyedPage> {
  const { entity, client } = read;
  const { type, expand, orderProperty, capabilities } = entity;
  const top = Math.min(read.pageSize, capabilities.maxPageSize);
  const seen = new Set([read.after]);
  for (let after = read.after; ; ) {
    const filter = pageFilter(entity, { ...read, after });
    const query = { filter, expand, orderBy: [orderProperty], top };
    let page: KeyedPage | undefined;
    for await (const found of client.list({ entity: type, query, ...call })) {
      if (found.records.length + found.failures.length === 0) continue;
      page = decodePage(found, read);
      break;
    }
    if (page === undefined) return;
    after = page.lastKey;
    if (seen.has(after)) throw repeated(read);
    seen.add(after);
    yield page;
  }
}

const repeated = ({ entity }: Decoding): ConnectorError =>
  repeatedPage({
    system: 'sap',
    entity: entity.name,
    advice: `The service may ignore $filter or $orderby on ${entity.orderProperty}.`,
  });
