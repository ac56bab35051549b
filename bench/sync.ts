import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Product } from '@common/connector-core';
import { openStore, type SqlStore, tableTarget } from '@common/connector-runtime';
import { createSync } from '@common/connector-sync';
import { findPostgres, startPostgres } from '../packages/runtime/src/testing/postgres-server.ts';
import type { Row } from './row.ts';
import { mapped, pageSize, productMapping, productPage, productSource } from './sync-products.ts';

const pageCount = 100;
const barPerSecond = 40_000;
/** Of SQLite in the same run: a server is another process, with a socket between. */
const postgresBar = 0.2;

/**
 * Sync, map, journal and checkpoint of products to a SQLite table with a SQLite store, durable at
 * every page. The peer is a hand-written loop that only maps, digests and stores, one transaction a page.
 */
export async function benchSync(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-sync-'));
  try {
    // Once unmeasured: what is measured is the thousandth page, not the compiler.
    benchPeer(join(folder, 'warm-peer.db'), 20);
    await benchEngine(openStore({ url: join(folder, 'warm-sync.db') }), 20);
    const peer = benchPeer(join(folder, 'peer.db'), pageCount);
    const { inserted, unchanged } = await benchEngine(
      openStore({ url: join(folder, 'sync.db') }),
      pageCount,
    );
    return [
      row('sync to SQLite, all new', inserted, peer.inserted),
      row('sync to SQLite, all unchanged', unchanged, peer.unchanged),
      ...(await benchPostgres({ inserted, unchanged })),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A real server on this machine that waits for its disk, as a production server does; nothing without one. */
async function benchPostgres(sqlite: {
  readonly inserted: number;
  readonly unchanged: number;
}): Promise<readonly Row[]> {
  const bin = findPostgres();
  if (bin === undefined) return [];
  const server = await startPostgres({ bin, isDurable: true });
  try {
    await benchEngine(openStore({ url: server.url, schema: 'warm' }), 20);
    const store = openStore({ url: server.url, schema: 'bench' });
    const { inserted, unchanged } = await benchEngine(store, pageCount);
    const besideSqlite = (name: string, value: number, peerValue: number): Row => ({
      name,
      value: Math.round(value),
      unit: 'records/s',
      peer: 'the same to SQLite',
      peerValue: Math.round(peerValue),
      ratio: Number((value / peerValue).toFixed(2)),
      bar: `>= ${postgresBar}`,
      pass: value / peerValue >= postgresBar,
    });
    return [
      besideSqlite('sync to PostgreSQL, all new', inserted, sqlite.inserted),
      besideSqlite('sync to PostgreSQL, all unchanged', unchanged, sqlite.unchanged),
    ];
  } finally {
    await server.close();
  }
}

function row(name: string, value: number, peerValue: number): Row {
  return {
    name,
    value: Math.round(value),
    unit: 'records/s',
    peer: 'hand-written loop without journal',
    peerValue: Math.round(peerValue),
    ratio: Number((value / peerValue).toFixed(2)),
    bar: `>= ${barPerSecond} records/s`,
    pass: value >= barPerSecond,
  };
}

async function benchEngine(
  store: SqlStore,
  pages: number,
): Promise<{ inserted: number; unchanged: number }> {
  const records = pages * pageSize;
  const sync = createSync<Product, Product>({
    id: 'bench',
    source: productSource(pages),
    target: tableTarget({ table: 'product', store }),
    entity: 'product',
    mapping: productMapping,
    store,
  });
  const rate = async (counter: 'inserted' | 'unchanged') => {
    const start = performance.now();
    const report = await sync.run({ mode: 'full' });
    if (report[counter] !== records) throw new Error(`${counter} ${report[counter]} of ${records}`);
    return perSecond(pages, start);
  };
  const inserted = await rate('inserted');
  const unchanged = await rate('unchanged');
  await store.close();
  return { inserted, unchanged };
}

function perSecond(pages: number, start: number): number {
  return ((pages * pageSize) / (performance.now() - start)) * 1000;
}

/** By hand, without a journal, an identity map or a way to go on after a crash. */
function benchPeer(path: string, pages: number): { inserted: number; unchanged: number } {
  const database = new DatabaseSync(path);
  database.exec('pragma journal_mode = wal; pragma synchronous = full');
  database.exec(
    'create table product (key text primary key, record text) without rowid;' +
      'create table digest (key text primary key, digest text) without rowid;' +
      'create table checkpoint (page integer)',
  );
  const readDigest = database.prepare('select digest from digest where key = ?');
  const putProduct = database.prepare('insert or replace into product values (?, ?)');
  const putDigest = database.prepare('insert or replace into digest values (?, ?)');
  const putCheckpoint = database.prepare('insert into checkpoint values (?)');
  const copy = () => {
    for (let page = 0; page < pages; page += 1) {
      database.exec('begin immediate');
      for (const { source, ...product } of productPage(page)) {
        const body = JSON.stringify(mapped(product));
        const digest = hash('sha256', body, 'base64url');
        const key = source?.key ?? '';
        if (readDigest.get(key)?.digest === digest) continue;
        putProduct.run(key, body);
        putDigest.run(key, digest);
      }
      putCheckpoint.run(page);
      database.exec('commit');
    }
  };
  const rate = () => {
    const start = performance.now();
    copy();
    return perSecond(pages, start);
  };
  const inserted = rate();
  const unchanged = rate();
  database.close();
  return { inserted, unchanged };
}

if (import.meta.main) console.table(await benchSync());
