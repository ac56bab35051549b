import {
  type ChangePage,
  type Checkpoint,
  ConnectorError,
  type Customer,
  defineConnector,
  type ErpRecord,
  type IErpConnector,
  type Product,
  type RecordPage,
  type WriteChange,
  type WriteOptions,
  type WriteResult,
} from '@common/connector-core';
import type { ConnectorSetup } from '../conformance-harness.ts';
import type { Flaws } from './flaw.ts';
import { proofExtras } from './proof-extras.ts';
import { proofHttp } from './proof-http.ts';
import { clientSecret } from './proof-sandbox.ts';

export type ProofEntities = { readonly product: Product; readonly customer: Customer };
type Entity = keyof ProofEntities;

interface Row {
  readonly id: string;
  readonly version: number;
  readonly changedAt: string;
  readonly deleted: boolean;
  readonly data: { readonly [field: string]: string };
}
interface Page {
  readonly items: readonly Row[];
  readonly total?: number;
  readonly next: string | null;
}

const common = { list: true, get: true, create: true, maxPageSize: 100, maxBatchSize: 5 } as const;
const capabilities = {
  entities: {
    product: {
      ...common,
      update: true,
      delete: true,
      changes: 'timestamp',
      deletesVisible: true,
      filterable: ['productNumber'],
      idempotency: 'native',
    },
    customer: {
      ...common,
      update: false,
      delete: false,
      changes: 'event',
      deletesVisible: false,
      filterable: [],
      findBy: ['reference'],
      idempotency: 'external-reference',
    },
  },
  operations: ['recount'],
  events: true,
  webhooks: true,
  native: 'ProofClient',
} as const;

export const manifest = {
  id: 'proof',
  vendor: 'Proof ERP',
  version: '1.0.0',
  authMethods: ['oauth2-client-credentials'],
  settingsSchema: {
    type: 'object',
    properties: { baseUrl: { type: 'string' }, clientSecret: { type: 'string', writeOnly: true } },
    required: ['baseUrl', 'clientSecret'],
  },
  links: { documentation: 'https://example.com/proof' },
};

/** A connector that does everything right, but for its flaws. */
export function proofConnector(setup: ConnectorSetup, flaws: Flaws): IErpConnector<ProofEntities> {
  const { baseUrl, clock, random, logger } = setup;
  const secret = setup.credentials === 'good' ? clientSecret : 'wrong-secret';
  let http = proofHttp({ baseUrl, secret, clock, random, logger, flaws });
  let closed = false;
  const open = () => {
    if (closed) http = proofHttp({ baseUrl, secret, clock, random, logger, flaws });
    closed = false;
    return http;
  };

  const pathOf = (entity: string): string => {
    if (Object.hasOwn(capabilities.entities, entity)) return `/${entity}s`;
    if (flaws.has('takes-unknown-entity')) return '/products';
    throw new ConnectorError({
      code: 'ERR_UNKNOWN_ENTITY',
      category: 'unsupported',
      message: `There is no entity "${entity}"; known: product, customer`,
    });
  };
  const urlOf = (entity: string, key: string): string =>
    `${pathOf(entity)}/${flaws.has('pastes-keys') ? key : encodeURIComponent(key).replaceAll('.', '%2E')}`;

  const decode = (entity: string, row: Row): ErpRecord => {
    const weight = row.data.netWeight;
    const source = { system: 'proof', entity, key: row.id, revision: String(row.version) };
    const isFloat = flaws.has('floats-decimals') && weight !== undefined;
    return { ...row.data, ...(isFloat ? { netWeight: Number(weight) } : {}), source };
  };
  const encode = (record: ErpRecord): Record<string, unknown> => {
    const { source: _source, ...data } = record as ErpRecord & { netWeight?: string };
    const isRounded = flaws.has('rounds-on-write') && data.netWeight !== undefined;
    return isRounded ? { ...data, netWeight: Number(data.netWeight).toFixed(3) } : data;
  };
  const abortedBy = (signal: AbortSignal | undefined): void => {
    if (!signal?.aborted || flaws.has('ignores-abort')) return;
    throw new ConnectorError({
      code: 'ERR_ABORTED',
      category: 'transient',
      retryable: false,
      message: 'Aborted.',
    });
  };

  /** Where a read goes on; pagers that follow no link of the vendor make their own. */
  const nextOf = (first: string, page: Page, read: number): string | null => {
    if (page.next === null || !page.next.startsWith(baseUrl)) return page.next;
    if (flaws.has('trusts-total') && read >= page.total!) return null;
    const url = new URL(first, baseUrl);
    const isNewestFirst = flaws.has('pages-newest-first-by-offset');
    if (isNewestFirst) url.searchParams.set('newestFirst', '');
    if (isNewestFirst || flaws.has('pages-by-offset')) url.searchParams.set('skip', `${read}`);
    else if (flaws.has('pages-by-time'))
      url.searchParams.set('changedAfter', page.items.at(-1)?.changedAt ?? '');
    else return page.next;
    return url.href;
  };
  let place: string | null = null;

  async function* pages(first: string, signal: AbortSignal | undefined): AsyncGenerator<Page> {
    const seen = new Set<string>();
    const ahead: Page[] = [];
    let read = 0;
    place = flaws.has('pages-newest-first-by-offset') ? `${first}&newestFirst` : first;
    for (let url: string | null = place; url !== null; ) {
      if (seen.has(url) && !flaws.has('follows-loops')) {
        throw new ConnectorError({
          code: 'ERR_PAGINATION_LOOP',
          category: 'transient',
          message: 'The vendor repeats a page.',
        });
      }
      seen.add(url);
      const page = (await open().send({ method: 'GET', url, signal })).body as Page;
      read += page.items.length;
      const next = nextOf(first, page, read);
      place = next;
      if (flaws.has('reads-ahead')) ahead.push(page);
      else yield page;
      abortedBy(signal);
      url = flaws.has('keeps-its-place') ? place : next;
    }
    yield* ahead;
  }

  const list: IErpConnector['list'] = async function* (entity, query = {}, options = {}) {
    const url = new URL(pathOf(entity), baseUrl);
    url.searchParams.set('limit', String(Math.min(query.pageSize ?? 100, 100)));
    for (const { field, value } of query.where ?? []) {
      if (field !== 'productNumber' && !flaws.has('takes-any-filter')) {
        throw new ConnectorError({
          code: 'ERR_UNSUPPORTED_QUERY',
          category: 'unsupported',
          message: `${field} is no filter`,
        });
      }
      if (!flaws.has('ignores-filter')) url.searchParams.set('number', String(value));
    }
    const after = query.after as { id: string } | undefined;
    if (after) url.searchParams.set('cursor', after.id);
    let last = after?.id ?? '';
    for await (const page of pages(`${url.pathname}${url.search}`, options.signal)) {
      const items = flaws.has('drops-records') ? page.items.slice(0, 2) : page.items;
      last = page.items.at(-1)?.id ?? last;
      const checkpoint = { id: flaws.has('checkpoint-of-last-page') ? '~' : last };
      yield {
        records: items.map((row) => decode(entity, row)),
        checkpoint,
        totalCount: page.total,
      } as RecordPage;
    }
  };

  async function* productChanges(since: Checkpoint | undefined, signal?: AbortSignal) {
    const url = new URL('/changes', baseUrl);
    url.searchParams.set('limit', String(setup.pageSize));
    if (typeof since?.position === 'string') url.searchParams.set('since', since.position);
    let position = since?.position ?? '';
    for await (const page of pages(`${url.pathname}${url.search}`, signal)) {
      const last = page.items.at(-1);
      // Without the id, records of the same instant behind the page are lost.
      if (last)
        position = flaws.has('skips-ties') ? `${last.changedAt} ~` : `${last.changedAt} ${last.id}`;
      if (flaws.has('fails-far-future') && page.items.length === 0) throw new TypeError('no rows');
      const kept = page.items
        .filter((row) => !row.deleted || !flaws.has('forgets-deletes'))
        .filter((row) => row.version === 1 || !flaws.has('never-sees-updates'));
      const changes = kept.map((row) =>
        row.deleted
          ? { op: 'delete', key: row.id }
          : { op: 'upsert', record: decode('product', row) },
      );
      const checkpoint = { position: flaws.has('checkpoint-of-last-page') ? '9' : position };
      yield { changes, checkpoint } as ChangePage;
    }
  }

  async function* customerChanges(since: Checkpoint | undefined, signal?: AbortSignal) {
    let after = Number(since?.after ?? 0);
    let count = 0;
    for (let more = true; more; ) {
      const from = flaws.has('counts-notices') ? `skip=${count}` : `after=${after}`;
      const url = `/notices?limit=${setup.pageSize}&${from}`;
      const { body } = await open().send({ method: 'GET', url, signal });
      const page = body as { items: readonly { id: number; row: Row }[]; more: boolean };
      more = page.more;
      count += page.items.length;
      after = page.items.at(-1)?.id ?? after;
      const ids = page.items.map((notice) => notice.id);
      const acknowledge = async (): Promise<void> => {
        await open().send({ method: 'POST', url: '/acknowledge', body: { ids } });
      };
      if (flaws.has('acknowledges-early')) await acknowledge();
      const changes = page.items.map(({ row }) => ({
        op: 'upsert',
        record: decode('customer', row),
      }));
      yield { changes, checkpoint: { after }, acknowledge } as ChangePage;
    }
  }

  const get: IErpConnector['get'] = async (entity, key, options = {}) => {
    try {
      const { body } = await open().send({
        method: 'GET',
        url: urlOf(entity, key),
        signal: options.signal,
      });
      if (flaws.has('pastes-keys') && 'items' in (body as Page))
        return decode(entity, (body as Page).items[0]!);
      return decode(entity, body as Row);
    } catch (error) {
      const isMissing = ConnectorError.isInstance(error) && error.httpStatus === 404;
      if (isMissing && !flaws.has('throws-if-missing')) return undefined;
      throw error;
    }
  };

  const unsupported = (): ConnectorError =>
    new ConnectorError({
      code: 'ERR_UNSUPPORTED_OPERATION',
      category: 'unsupported',
      message: 'Customers are only created.',
    });

  const writeOne = async (
    entity: string,
    change: WriteChange,
    { signal, dryRun }: WriteOptions,
  ): Promise<WriteResult> => {
    const { idempotencyKey, expectedRevision } = change;
    const key = change.op === 'upsert' ? change.key : change.key;
    const isAllowed = entity === 'product' || (change.op === 'upsert' && key === undefined);
    if (!isAllowed && !flaws.has('writes-unannounced')) throw unsupported();
    const match =
      expectedRevision === undefined || flaws.has('overwrites')
        ? {}
        : { 'if-match': expectedRevision };
    if (change.op === 'delete') {
      await open().send({
        method: 'DELETE',
        url: urlOf(entity, change.key),
        headers: match,
        signal,
      });
      return { status: 'deleted', key: change.key };
    }
    const data = encode(change.record);
    if (key !== undefined && !flaws.has('always-creates')) {
      const { body } = await open().send({ method: 'GET', url: urlOf(entity, key), signal });
      const now = (body as Row).data;
      const isSame = Object.entries(data).every(([name, value]) => now[name] === value);
      if (isSame && !flaws.has('always-updates')) return { status: 'unchanged', key };
      const merged = { data: flaws.has('replaces-on-update') ? data : { ...now, ...data } };
      await open().send({
        method: 'PUT',
        url: urlOf(entity, key),
        body: merged,
        headers: match,
        signal,
      });
      return { status: 'updated', key };
    }
    const isNative =
      entity === 'product' && idempotencyKey !== undefined && !flaws.has('forgets-key');
    const { body } = await open().send({
      method: 'POST',
      url: `${pathOf(entity)}${dryRun && !flaws.has('ignores-dry-run') ? '?dryRun' : ''}`,
      body: { data, ...(flaws.has('forgets-reference') ? {} : { reference: idempotencyKey }) },
      headers: isNative ? { 'idempotency-key': idempotencyKey } : {},
      signal,
      ...(isNative ? { isRepeatable: true } : {}),
    });
    return { status: 'created', key: (body as Row).id };
  };

  const connector: IErpConnector = {
    specificationVersion: 'v1',
    manifest,
    capabilities,
    connect: async () => undefined,
    async disconnect() {
      closed = true;
      http.close();
    },
    async testConnection() {
      const startedAt = clock.now();
      const check = await open()
        .send({ method: 'GET', url: '/products?limit=1' })
        .then(
          () => ({ name: 'credentials', ok: true, message: 'The vendor answers.' }),
          (error: Error) => ({ name: 'credentials', ok: false, message: error.message }),
        );
      return { ok: check.ok, checks: [check], latencyMs: clock.now() - startedAt };
    },
    async describe(entity) {
      const field = {
        type: 'string',
        nullable: false,
        creatable: true,
        updatable: true,
        custom: false,
      };
      const nativeName = pathOf(entity);
      return { entity, nativeName, key: ['id'], fields: [{ ...field, name: 'id' }] };
    },
    get,
    list,
    async find(entity, { reference = '' }, options = {}) {
      const filter = `?reference=${encodeURIComponent(reference)}`;
      const url = `${pathOf(entity)}${flaws.has('finds-anything') ? '' : filter}`;
      const { body } = await open().send({ method: 'GET', url, signal: options.signal });
      return (body as Page).items.map((row) => decode(entity, row));
    },
    changes(entity, since, options = {}) {
      const isProduct = pathOf(entity) === '/products';
      return (isProduct ? productChanges : customerChanges)(since, options.signal);
    },
    async write(entity, changes, options = {}) {
      pathOf(entity);
      abortedBy(options.signal);
      const results: WriteResult[] = [];
      for (const change of changes) {
        const result = await writeOne(entity, change, options).catch(
          (error: unknown): WriteResult => {
            if (!ConnectorError.isInstance(error) || flaws.has('stops-at-first-failure'))
              throw error;
            if (error.code === 'ERR_ABORTED' && flaws.has('throws-on-abort')) throw error;
            const isLost = error.outcomeUnknown && !flaws.has('calls-lost-failed');
            return { status: isLost ? 'unknown' : 'failed', error };
          },
        );
        results.push(result);
      }
      return results;
    },
    ...proofExtras({ open, isClosed: () => closed, clock, flaws }),
    health() {
      const { requests, failures } = http.counts();
      const errorRate = requests === 0 ? 0 : failures / requests;
      const status = errorRate > 0.5 ? 'unhealthy' : 'healthy';
      return { status, requests, errorRate, latencyMs: 0, breaker: 'closed' };
    },
  };
  return defineConnector<ProofEntities>()(
    connector as IErpConnector<ProofEntities> & { entity?: Entity },
  );
}
