import {
  createSandbox,
  type Sandbox,
  type SandboxRequest,
  type SandboxResponse,
} from '@common/connector-sandbox';
import type { SandboxSetup } from '../conformance-harness.ts';

/** A record as the invented vendor keeps it. */
interface Row {
  readonly id: string;
  readonly version: number;
  readonly changedAt: string;
  readonly deleted: boolean;
  readonly reference?: string;
  readonly data: { readonly [field: string]: unknown };
}

export const clientSecret = 'canary/client+secret=1';
const tokenPrefix = 'canary-token-';

const json = (status: number, body: unknown): SandboxResponse => ({ status, body });
const refuse = (status: number, code: string): SandboxResponse =>
  json(status, { error: { code, message: `The vendor says ${code}` } });

/** The sandbox, with what makes its stream go. */
export interface ProofSandbox extends Sandbox {
  publish(count: number): readonly string[];
  forget(): void;
  remove(table: string, ids: readonly string[]): void;
}

/** A vendor with a token, link paging, change times and deletions for products, and a queue for customers. */
export async function startProofSandbox(setup: SandboxSetup): Promise<ProofSandbox> {
  const feed = { last: 0, forgotten: 0 };
  const tables: Record<string, Map<string, Row>> = { products: new Map(), customers: new Map() };
  const replays = new Map<string, SandboxResponse>();
  const queue: { readonly id: number; readonly customer: string }[] = [];
  let lastId = 100;
  let lastToken = 0;

  const table = (request: SandboxRequest): Map<string, Row> => tables[request.params.table!]!;

  const store = (name: string, row: Row): SandboxResponse => {
    tables[name]!.set(row.id, row);
    if (name === 'customers') queue.push({ id: queue.length + 1, customer: row.id });
    return json(200, row);
  };

  const page = (
    request: SandboxRequest,
    rows: readonly Row[],
    isAfter: (row: Row, cursor: string) => boolean,
    cursorOf: (row: Row) => string,
  ): SandboxResponse => {
    const { query } = request;
    const cursor = query.get('cursor');
    const time = query.get('changedAfter') ?? '';
    // Ways to page that this vendor has too, and that nobody should use.
    const rest = (query.has('newestFirst') ? [...rows].reverse() : rows)
      .slice(Number(query.get('skip') ?? 0))
      .filter((row) => row.changedAt > time && (cursor === null || isAfter(row, cursor)));
    const limit = Math.min(Number(query.get('limit') ?? 100), 100);
    const items = rest.slice(0, limit);
    const last = items.at(-1);
    const link = new URL(request.url, `http://${request.headers.host}`);
    if (last) link.searchParams.set('cursor', cursorOf(last));
    return json(200, { items, total: rows.length, next: rest.length > limit ? link.href : null });
  };

  const list = (request: SandboxRequest): SandboxResponse => {
    const { query } = request;
    const rows = [...table(request).values()].filter((row) => !row.deleted);
    const reference = query.get('reference');
    const number = query.get('number');
    const found = rows.filter(
      (row) =>
        (reference === null || row.reference === reference) &&
        (number === null || row.data.productNumber === number),
    );
    return page(
      request,
      found,
      (row, cursor) => row.id > cursor,
      (row) => row.id,
    );
  };

  const sortKey = (row: Row): string => `${row.changedAt} ${row.id}`;
  const changes = (request: SandboxRequest): SandboxResponse => {
    const since = request.query.get('since') ?? '';
    const rows = [...tables.products!.values()]
      .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
      .filter((row) => sortKey(row) > since);
    return page(request, rows, (row, cursor) => sortKey(row) > cursor, sortKey);
  };

  const create = (request: SandboxRequest): SandboxResponse => {
    const key = request.headers['idempotency-key'];
    const replay = key === undefined ? undefined : replays.get(key);
    if (replay) return replay;
    const { data, reference } = request.json() as Row;
    if (data.productNumber === '' || data.name === '') return refuse(422, 'INVALID');
    if (request.query.has('dryRun')) return json(200, { id: '0', version: 0, data });
    lastId += 1;
    const stamp = new Date(request.clock.stampWrite()).toISOString();
    const answer = store(request.params.table!, {
      id: String(lastId),
      version: 1,
      changedAt: stamp,
      deleted: false,
      ...(reference === undefined ? {} : { reference }),
      data,
    });
    if (key !== undefined) replays.set(key, answer);
    return answer;
  };

  const withRow = (
    request: SandboxRequest,
    change: (row: Row) => SandboxResponse,
  ): SandboxResponse => {
    const row = table(request).get(request.params.id!);
    if (!row || row.deleted) return refuse(404, 'NOT_FOUND');
    const wanted = request.headers['if-match'];
    if (wanted !== undefined && wanted !== String(row.version)) return refuse(409, 'STALE');
    return change(row);
  };

  const next = (request: SandboxRequest, row: Row): Row => ({
    ...row,
    version: row.version + 1,
    changedAt: new Date(request.clock.stampWrite()).toISOString(),
  });

  for (const name of ['product', 'customer']) {
    const count = setup.entity === name ? setup.records : 2;
    for (let n = 1; n <= count; n += 1) {
      lastId += 1;
      const second = setup.simultaneous ? 0 : n;
      store(`${name}s`, {
        id: String(lastId),
        version: 1,
        changedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
        deleted: false,
        data:
          name === 'product'
            ? { productNumber: `P-${n}`, description: `Bolt ${n}`, netWeight: '1.500' }
            : { name: `Customer ${n}` },
      });
    }
  }

  const sandbox = await createSandbox({
    name: 'proof',
    clock: { startAt: '2026-02-01T00:00:00Z' },
    onRequest: ({ path, headers }) =>
      path === '/token' || headers.authorization === `Bearer ${tokenPrefix}${lastToken}`
        ? undefined
        : refuse(401, 'UNAUTHORIZED'),
    faultResponse: (status) => refuse(status, 'INJECTED'),
    routes: [
      {
        method: 'POST',
        path: '/token',
        handler: (request) => {
          if ((request.json() as { secret?: string }).secret !== clientSecret) {
            return refuse(401, 'BAD_CLIENT');
          }
          lastToken += 1;
          return json(200, { token: `${tokenPrefix}${lastToken}` });
        },
      },
      { method: 'GET', path: '/changes', handler: changes },
      {
        method: 'GET',
        path: '/notices',
        handler: ({ query }) => {
          const waiting = queue.filter(({ id }) => id > Number(query.get('after') ?? 0));
          const skip = Number(query.get('skip') ?? 0);
          const notices = waiting.slice(skip, skip + Number(query.get('limit') ?? 100));
          const items = notices.map(({ id, customer }) => ({
            id,
            row: tables.customers!.get(customer),
          }));
          return json(200, { items, more: waiting.length > skip + notices.length });
        },
      },
      {
        method: 'POST',
        path: '/acknowledge',
        handler: (request) => {
          const { ids } = request.json() as { ids: readonly number[] };
          const left = queue.filter(({ id }) => !ids.includes(id));
          queue.splice(0, queue.length, ...left);
          return json(200, {});
        },
      },
      {
        method: 'GET',
        path: '/feed',
        handler: ({ query }) => {
          const { last, forgotten } = feed;
          const after = query.get('after') === 'now' ? last : Number(query.get('after'));
          const isGone = after < forgotten;
          const ids = Array.from({ length: last }, (_, index) => index + 1);
          const items = ids.filter((id) => id > Math.max(after, forgotten)).slice(0, 3);
          return json(200, { items: items.map((id) => ({ id })), last, isGone });
        },
      },
      {
        method: 'POST',
        path: '/recount',
        handler: () => json(200, { count: tables.products!.size }),
      },
      { method: 'GET', path: '/:table', handler: list },
      {
        method: 'GET',
        path: '/:table/:id',
        handler: (request) => withRow(request, (row) => json(200, row)),
      },
      { method: 'POST', path: '/:table', handler: create },
      {
        method: 'PUT',
        path: '/:table/:id',
        handler: (request) =>
          withRow(request, (row) => {
            const { data } = request.json() as Row;
            return store(request.params.table!, { ...next(request, row), data });
          }),
      },
      {
        method: 'DELETE',
        path: '/:table/:id',
        handler: (request) =>
          withRow(request, (row) =>
            store(request.params.table!, { ...next(request, row), deleted: true }),
          ),
      },
    ],
  });
  return {
    ...sandbox,
    publish(count) {
      const first = feed.last + 1;
      feed.last += count;
      return Array.from({ length: count }, (_, index) => `E${first + index}`);
    },
    forget() {
      feed.forgotten = feed.last;
    },
    remove(name, ids) {
      for (const id of ids) tables[name]!.delete(id);
    },
  };
}
