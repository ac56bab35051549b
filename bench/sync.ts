import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Product } from '@common/connector-core';
import { openStore, type SqlStore, tableTarget } from '@common/connector-runtime';
import { createSync } from '@common/connector-sync';
import { findPostgres, startPostgres } from '../packages/runtime/src/testing/postgres-server.ts';
import { type Row, ratioRow } from './row.ts';
import { type HandWrittenCopy, postgresCopy, sqliteCopy } from './sync-peers.ts';
import { pageSize, productMapping, productSource } from './sync-products.ts';

const pages = 40;
/** The best of them counts, of ours and of the peer: what else runs on the machine only takes away. */
const rounds = 3;
/** For what is new, in a file. */
const sqliteBar = 40_000;
/** Of a loop that keeps no identity map, of which nothing is known after a crash, and that finds no deletions. */
const bars = { new: 0.4, unchanged: 0.25, changed: 0.3 } as const;

/** Records a second when all are new, when none has changed, and when all have. */
interface Rates {
  readonly new: number;
  readonly unchanged: number;
  readonly changed: number;
}
const kinds = ['new', 'unchanged', 'changed'] as const;

/**
 * Sync, map, journal and checkpoint of products to a table in the database of the store, durable at
 * every page. The peer is a hand-written loop that only maps, digests and stores, one transaction a
 * page, on the same kind of database in the same run.
 */
export async function benchSync(): Promise<Row[]> {
  const rows: Row[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'bench-sync-'));
  try {
    const sqlite = await measure({
      store: (round) => openStore({ url: join(folder, `sync-${round}.db`) }),
      peer: async (round, size) => sqliteCopy(join(folder, `peer-${round}.db`), size),
    });
    for (const kind of kinds) rows.push(row('SQLite', kind, sqlite));
    const [first] = rows as [Row];
    rows[0] = {
      ...first,
      bar: `>= ${sqliteBar} records/s`,
      pass: first.value >= sqliteBar,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const bin = findPostgres();
  if (bin === undefined) return rows;
  // Waits for its disk, as a production server does.
  const server = await startPostgres({ bin, isDurable: true });
  try {
    const postgres = await measure({
      store: (round) => openStore({ url: server.url, schema: `bench_${round}` }),
      peer: (_, size) => postgresCopy(server.url, size),
    });
    for (const kind of kinds) rows.push(row('PostgreSQL', kind, postgres));
  } finally {
    await server.close();
  }
  return rows;
}

function row(
  database: string,
  kind: keyof Rates,
  { ours, peer }: { readonly ours: Rates; readonly peer: Rates },
): Row {
  return ratioRow(
    {
      name: `sync to ${database}, all ${kind}`,
      value: ours[kind],
      unit: 'records/s',
      peer: 'hand-written loop without journal',
      peerValue: peer[kind],
    },
    { atLeast: bars[kind] },
  );
}

async function measure(options: {
  readonly store: (round: string) => SqlStore;
  readonly peer: (round: string, pages: number) => Promise<HandWrittenCopy>;
}): Promise<{ readonly ours: Rates; readonly peer: Rates }> {
  const { store, peer } = options;
  // Once unmeasured: what is measured is the thousandth page, not the compiler.
  await ratesOfPeer(await peer('warm', 10), 10);
  await ratesOfSync(store('warm'), 10);
  const all: { ours: Rates; peer: Rates }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    all.push({
      peer: await ratesOfPeer(await peer(`${round}`, pages), pages),
      ours: await ratesOfSync(store(`${round}`), pages),
    });
  }
  const best = (side: 'ours' | 'peer'): Rates => {
    const of = (kind: keyof Rates) => Math.max(...all.map((round) => round[side][kind]));
    return { new: of('new'), unchanged: of('unchanged'), changed: of('changed') };
  };
  return { ours: best('ours'), peer: best('peer') };
}

async function ratesOfSync(store: SqlStore, size: number): Promise<Rates> {
  let edition = 1;
  const sync = createSync<Product, Product>({
    id: 'bench',
    source: productSource(size, { edition: () => edition }),
    target: tableTarget({ table: 'product', store }),
    entity: 'product',
    mapping: productMapping,
    store,
  });
  const rate = (counter: 'inserted' | 'unchanged' | 'updated') =>
    perSecond(size, async () => {
      const report = await sync.run({ mode: 'full' });
      if (report[counter] === size * pageSize) return;
      throw new Error(`${report[counter]} of ${size * pageSize} records were ${counter}.`);
    });
  const rates = { new: await rate('inserted'), unchanged: await rate('unchanged') };
  edition = 2;
  const changed = await rate('updated');
  await store.close();
  return { ...rates, changed };
}

async function ratesOfPeer(peer: HandWrittenCopy, size: number): Promise<Rates> {
  const rate = (edition: number) => perSecond(size, () => peer.copy(edition));
  const rates = { new: await rate(1), unchanged: await rate(1), changed: await rate(2) };
  await peer.close();
  return rates;
}

async function perSecond(size: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return ((size * pageSize) / (performance.now() - start)) * 1000;
}

if (import.meta.main) console.table(await benchSync());
