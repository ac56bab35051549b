import {
  assertFilterable,
  type CallOptions,
  decodeRecords,
  followPages,
  type HttpClient,
  type JsonValue,
  type Product,
  type RecordPage,
  type RecordQuery,
} from '@common/connector-core';
import {
  type AcmeRow,
  about,
  identify,
  productCapabilities,
  productMapping,
} from './acme-entities.ts';

const path = '/api/products';

type Page = {
  readonly items: readonly AcmeRow[];
  readonly next: string | null;
  readonly total: number;
};

export const urlOf = (key?: string): string =>
  key === undefined ? path : `${path}/${encodeURIComponent(key)}`;

export const decode = (row: AcmeRow): Product => ({
  ...productMapping.decode(row),
  source: { ...about, ...identify(row) },
});

/** A record that cannot be decoded is reported beside the others, instead of failing its page. */
export const decodeAll = (rows: readonly AcmeRow[]) =>
  decodeRecords(rows, { decode, keyOf: ({ id }) => id });

export async function readRow(
  http: HttpClient,
  key: string,
  call?: CallOptions,
): Promise<AcmeRow | undefined> {
  const request = { ...call, url: urlOf(key), key, acceptStatus: [404] };
  const response = await http.send({ ...request, method: 'GET' });
  return response.status === 404 ? undefined : (response.json() as AcmeRow);
}

/** ACME hands out cursors; each belongs to its query. */
export function readPages(
  http: HttpClient,
  query: Readonly<Record<string, string>>,
  start: JsonValue = null,
  call?: CallOptions,
): AsyncIterable<Page> {
  const read = async (cursor: string | undefined) => {
    const parameters = new URLSearchParams({ ...query, ...(cursor && { cursor }) });
    const url = `${urlOf()}?${parameters}`;
    return (await http.send({ ...call, method: 'GET', url })).json() as Page;
  };
  return followPages({ ...about, start: start?.toString(), read, next: (page) => page.next });
}

export async function* listProducts(
  http: HttpClient,
  query: RecordQuery & { readonly pageSize: number },
  call?: CallOptions,
): AsyncIterable<RecordPage<Product>> {
  const { where, pageSize, after = {} } = query;
  assertFilterable({ ...about, where, filterable: productCapabilities.filterable });
  if (after.cursor === null) return;
  const limit = String(Math.min(pageSize, productCapabilities.maxPageSize));
  for await (const { items, next, total } of readPages(http, { limit }, after.cursor, call)) {
    yield { ...decodeAll(items), checkpoint: { cursor: next }, totalCount: total };
  }
}
