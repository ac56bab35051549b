import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Product } from '@common/connector-core';
import {
  openStore,
  type PostgresPool,
  postgresStore,
  type SqlStore,
  tableTarget,
} from '@common/connector-runtime';
import { createSync, type SyncTarget } from '@common/connector-sync';
import { createPool } from '../packages/runtime/src/postgres/postgres-pool.ts';
import { findPostgres, startPostgres } from '../packages/runtime/src/testing/postgres-server.ts';
import type { Row } from './row.ts';
import { productMapping, productPage, productSource } from './sync-products.ts';

const size = 100;
const pages = 100;

/** What `docs/scale.md` counts with. */
export async function benchPage(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-page-'));
  const bin = findPostgres();
  const server = bin === undefined ? undefined : await startPostgres({ bin, isDurable: true });
  try {
    const path = join(folder, 'state.db');
    const file = openStore({ url: path });
    const rows = await rowsOf('SQLite', file, sqliteTransaction(join(folder, 'hand.db')));
    await file.close();
    const state = openStore({ url: join(folder, 'links.db') });
    await syncOf(state, { path: join(folder, 'table.db') }).run();
    await state.close();
    rows.push(bytesRow('SQLite', statSync(join(folder, 'links.db')).size / (pages * size)));
    if (server === undefined) return rows;
    const store = openStore({ url: server.url });
    const pool = await createPool({ url: server.url, maxConnections: 4 });
    const client = await pool.connect();
    await client.query('create table hand (key text primary key, record text)');
    const byHand = async (page: number) => {
      const records = productPage(page, 1, size);
      await client.query('begin');
      await client.query('insert into hand select * from unnest($1::text[], $2::text[])', [
        records.map(({ source }) => source?.key),
        records.map((record) => JSON.stringify(record)),
      ]);
      await client.query('commit');
    };
    rows.push(...(await rowsOf('PostgreSQL', store, byHand)));
    const { rows: sizes } = await client.query(
      "select pg_total_relation_size('sync_link') as size",
    );
    rows.push(bytesRow('PostgreSQL', Number((sizes[0] as { size: string }).size) / (pages * size)));
    rows.push(...(await statementRows(pool)));
    client.release();
    await pool.end();
    await store.close();
    return rows;
  } finally {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function syncOf(store: SqlStore, place?: { readonly path: string }) {
  return createSync<Product, Product>({
    id: 'page',
    source: productSource(pages, { size }),
    target: tableTarget({ table: 'product', ...(place ?? { store }) }),
    entity: 'product',
    mapping: productMapping,
    store,
  });
}

async function rowsOf(
  name: string,
  store: SqlStore,
  byHand: (page: number) => Promise<void>,
): Promise<Row[]> {
  const sync = syncOf(store);
  const perPage = await timed(pages, () => sync.run());
  let next = 0;
  const perTransaction = await timed(pages, async () => {
    for (; next < pages; next += 1) await byHand(next);
  });
  // A source that has nothing: what a run costs before and behind its pages.
  const idle = createSync<Product, Product>({
    id: 'idle',
    source: productSource(0),
    target: tableTarget({ table: 'product', store }),
    entity: 'product',
    mapping: productMapping,
    store,
  });
  const runs = 30;
  const perRun = await timed(runs, async () => {
    for (let run = 0; run < runs; run += 1) await idle.run();
  });
  const row = (what: string, value: number): Row => ({
    name: `${what}, ${name}`,
    value,
    unit: 'ms',
    peer: `${size} rows in a transaction by hand`,
    peerValue: perTransaction,
    ratio: value / perTransaction,
    bar: 'reported',
    pass: true,
  });
  return [row(`a page of ${size} records`, perPage), row('a run that finds nothing', perRun)];
}

/** Each is a round trip: what the way to the server adds to a page is a multiple of this. */
async function statementRows(pool: PostgresPool): Promise<Row[]> {
  let statements = 0;
  const counting: PostgresPool = {
    async connect() {
      const client = await pool.connect();
      return {
        query(text, values) {
          statements += 1;
          return client.query(text, values);
        },
        release: (destroy) => client.release(destroy),
      };
    },
  };
  const store = postgresStore({ pool: counting, schema: 'counted' });
  const elsewhere: SyncTarget = {
    idempotency: 'native',
    maxBatchSize: size,
    write: async (_entity, changes) =>
      changes.map(({ idempotencyKey = '' }) => ({ status: 'created', key: idempotencyKey })),
  };
  const perPage = async (target: SyncTarget, id: string): Promise<number> => {
    let before = statements;
    const sync = createSync<Product, Product>({
      id,
      source: productSource(pages, { size }),
      target,
      entity: 'product',
      mapping: productMapping,
      store,
      // The first pages make the tables.
      onProgress: ({ read }) => {
        if (read === size * 3) before = statements;
        if (read === size * 13) before = statements - before;
      },
    });
    await sync.run();
    return before / 10;
  };
  const idle = createSync<Product, Product>({
    id: 'idle',
    source: productSource(0),
    target: elsewhere,
    entity: 'product',
    mapping: productMapping,
    store,
  });
  await idle.run();
  const first = statements;
  await idle.run();
  const perRun = statements - first;
  const inside = await perPage(tableTarget({ table: 'counted', store }), 'inside');
  const outside = await perPage(elsewhere, 'outside');
  return [
    {
      ...{ name: 'a page to another system', value: outside, unit: 'statements' },
      ...{ peer: 'to a table of the store', peerValue: inside, ratio: outside / inside },
      ...{ bar: '<= 25 statements', pass: outside <= 25 },
    },
    {
      ...{ name: 'a run that finds nothing, PostgreSQL', value: perRun, unit: 'statements' },
      ...{ peer: 'a page', peerValue: outside, ratio: perRun / outside },
      ...{ bar: '<= 60 statements', pass: perRun <= 60 },
    },
  ];
}

function bytesRow(name: string, value: number): Row {
  const record = JSON.stringify(productPage(0, 1, 1)[0]).length;
  return {
    name: `state of a record, ${name}`,
    value,
    unit: 'bytes',
    peer: 'the record as JSON',
    peerValue: record,
    ratio: value / record,
    bar: '<= 1',
    pass: value <= record,
  };
}

function sqliteTransaction(path: string): (page: number) => Promise<void> {
  const database = new DatabaseSync(path);
  database.exec('pragma journal_mode = wal; pragma synchronous = full');
  database.exec('create table hand (key text primary key, record text) without rowid');
  const put = database.prepare('insert into hand values (?, ?)');
  return async (page) => {
    database.exec('begin immediate');
    for (const record of productPage(page, 1, size)) {
      put.run(record.source?.key ?? '', JSON.stringify(record));
    }
    database.exec('commit');
  };
}

async function timed(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / count;
}

if (import.meta.main) console.table(await benchPage());
