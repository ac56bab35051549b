import {
  apiKey,
  assertFilterable,
  type CallOptions,
  ConnectorError,
  type ConnectorManifest,
  createHttpClient,
  decodeRecords,
  defineConnector,
  describeTemplate,
  type EntityCapabilities,
  followPages,
  type HttpRequest,
  type HttpResponse,
  type JsonValue,
  type PipelineOptions,
  type Product,
  parseSettings,
  probeConnection,
  splitPipelineOptions,
  unknownEntity,
  writeRows,
} from '@common/connector-core';
import { compileTemplate } from '@common/connector-core/mapping';
import { z } from 'zod';
import { acmeProduct } from './acme-product.ts';

export const settingsSchema = z.strictObject({
  baseUrl: z.url().describe('For example https://erp.acme.example'),
  apiKey: z.string().min(1).meta({ writeOnly: true }),
  pageSize: z.int().min(1).max(200).default(100),
});
export type AcmeOptions = z.input<typeof settingsSchema> & PipelineOptions;

type Row = { readonly id: string; readonly rev: number; readonly modified: string };
type Page = {
  readonly items: readonly Row[];
  readonly next: string | null;
  readonly total: number;
};

const about = { system: 'acme', entity: 'product' };
const path = '/api/products';
const mapping = compileTemplate<Product, Row>(acmeProduct);
const product: EntityCapabilities = {
  ...{ list: true, get: true, create: true, update: true, delete: false },
  ...{ changes: 'timestamp', deletesVisible: false, idempotency: 'native' },
  ...{ filterable: [], maxPageSize: 200, maxBatchSize: 1 },
};

/** What the connector is. */
export const acmeManifest: ConnectorManifest = {
  ...{ id: about.system, vendor: 'ACME ERP', version: '1.0.0', authMethods: ['api-key'] },
  settingsSchema: z.toJSONSchema(settingsSchema, { io: 'input' }) as Record<string, JsonValue>,
  links: { documentation: 'https://erp.acme.example/api' },
};

/** The body of a 422 says what is wrong with a record; everything else the status says. */
function classify(response: HttpResponse): ConnectorError | undefined {
  if (response.status !== 422) return undefined;
  const message = `ACME refuses the record: ${response.text()}`;
  return new ConnectorError({ code: 'ERR_VALIDATION', category: 'validation', message });
}

const identify = ({ id, rev }: Row) => ({ key: id, revision: String(rev) });
const decode = (row: Row) => ({ ...mapping.decode(row), source: { ...about, ...identify(row) } });
const decodeAll = (rows: readonly Row[]) => decodeRecords(rows, { decode, keyOf: ({ id }) => id });

function assertProduct(entity: string): void {
  if (entity !== 'product') throw unknownEntity({ ...about, entity, known: ['product'] });
}

/** A connector for the ACME ERP. @throws ConnectorError `ERR_CONFIGURATION` for a bad setting */
export function acme(options: AcmeOptions) {
  const { pipeline, rest } = splitPipelineOptions(options);
  const { baseUrl, pageSize, ...secret } = parseSettings(settingsSchema, rest, about.system);
  const auth = apiKey({ header: 'x-api-key', value: secret.apiKey });
  const http = createHttpClient({ ...pipeline, ...about, baseUrl, auth, classify });
  const urlOf = (key: string): string => `${path}/${encodeURIComponent(key)}`;

  async function send(request: HttpRequest, row: Partial<Row>): Promise<Row> {
    const headers = { 'content-type': 'application/json', ...request.headers };
    return (await http.send({ ...request, headers, body: JSON.stringify(row) })).json() as Row;
  }
  async function read(key: string, call?: CallOptions): Promise<Row | undefined> {
    const request = { ...call, url: urlOf(key), key, acceptStatus: [404] };
    const response = await http.send({ ...request, method: 'GET' });
    return response.status === 404 ? undefined : (response.json() as Row);
  }
  /** ACME hands out cursors; each belongs to its query. */
  function pages(query: Record<string, string>, start: JsonValue = null, call?: CallOptions) {
    const readPage = async (cursor: string | undefined) => {
      const url = `${path}?${new URLSearchParams({ ...query, ...(cursor && { cursor }) })}`;
      return (await http.send({ ...call, method: 'GET', url })).json() as Page;
    };
    const next = (page: Page) => page.next;
    return followPages({ ...about, start: start?.toString(), read: readPage, next });
  }

  return defineConnector<{ product: Product }>()({
    specificationVersion: 'v1',
    manifest: acmeManifest,
    capabilities: { entities: { product } },
    connect: async () => undefined,
    disconnect: () => http.close(),
    health: () => http.health(),
    testConnection(call = {}) {
      const ping = () => http.send({ ...call, method: 'GET', url: '/api/status' });
      return probeConnection({ send: ping, message: 'ACME accepts the API key.' });
    },
    async describe(entity) {
      assertProduct(entity);
      return describeTemplate(acmeProduct, ['id']);
    },
    async get(entity, key, call = {}) {
      assertProduct(entity);
      const row = await read(key, call);
      return row && decode(row);
    },
    async *list(entity, { where, pageSize: size = pageSize, after = {} } = {}, call = {}) {
      assertProduct(entity);
      assertFilterable({ ...about, where, filterable: product.filterable });
      if (after.cursor === null) return;
      const query = { limit: String(Math.min(size, product.maxPageSize)) };
      for await (const { items, next, total } of pages(query, after.cursor, call)) {
        yield { ...decodeAll(items), checkpoint: { cursor: next }, totalCount: total };
      }
    },
    async *changes(entity, since = {}, call = {}) {
      assertProduct(entity);
      const from = `${since.modified ?? ''}`;
      const query = { order: 'modified', limit: String(pageSize), modified_since: from };
      for await (const { items, next } of pages(query, since.cursor, call)) {
        const { records, failures } = decodeAll(items);
        const changes = records.map((record) => ({ op: 'upsert', record }) as const);
        // The next read begins at the newest change that was seen, for others of the same instant may
        // follow it: some records come twice, none is lost.
        const modified = next === null ? (items.at(-1)?.modified ?? from) : from;
        yield { changes, failures, checkpoint: { modified, cursor: next } };
      }
    },
    async write(entity, changes, options = {}) {
      assertProduct(entity);
      // With a key ACME makes one product of many requests, so a lost answer may be asked for again.
      const once = (id?: string) => id && { idempotent: true, headers: { 'idempotency-key': id } };
      const create = (row: Row, id?: string) =>
        send({ ...options, method: 'POST', url: path, ...once(id) }, row);
      const update = (key: string, row: Partial<Row>, { rev }: Row) =>
        send({ ...options, method: 'PATCH', url: urlOf(key), key }, { ...row, rev });
      const writer = { ...about, mapping, identify, create, update };
      return writeRows(changes, { ...writer, read: (key) => read(key, options) }, options);
    },
  });
}
