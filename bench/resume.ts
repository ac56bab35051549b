import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, tableTarget } from '@common/connector-runtime';
import { findPostgres, startPostgres } from '../packages/runtime/src/testing/postgres-server.ts';
import { startChild } from './child.ts';
import { type Row, ratioRow } from './row.ts';
import { pageSize } from './sync-products.ts';

const pages = 60;
/** Far into the run: what has been done must not be what the next process waits for. */
const killedBehind = 40 * pageSize;
const bar = 2;
const childFile = new URL('./resume-child.ts', import.meta.url);

/**
 * A syncing process is killed (SIGKILL) in the middle of its run. How long from the start of the next
 * one until its first new record is written, and on disk. The peer is the first process of the same
 * flow, which has nothing to take up: what is above it is what resuming costs.
 */
export async function benchResume(): Promise<Row[]> {
  const rows: Row[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'bench-resume-'));
  try {
    rows.push(await measure('SQLite', join(folder, 'killed.db')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const bin = findPostgres();
  if (bin === undefined) return rows;
  const server = await startPostgres({ bin, isDurable: true });
  try {
    rows.push(await measure('PostgreSQL', server.url));
  } finally {
    await server.close();
  }
  return rows;
}

async function measure(name: string, url: string): Promise<Row> {
  // The first process makes the tables, and brings the sources into the cache of the disk.
  const first = startChild(childFile, [url, 'first', '1']);
  await first.told('done ');

  const freshAt = performance.now();
  const killed = startChild(childFile, [url, 'product', `${pages}`]);
  await killed.told('inserted ');
  const freshMs = performance.now() - freshAt;
  while (Number(await killed.told('inserted ')) < killedBehind);
  await killed.kill();

  const startedAt = performance.now();
  const next = startChild(childFile, [url, 'product', `${pages}`]);
  await next.told('inserted ');
  const resumedMs = performance.now() - startedAt;
  const report = JSON.parse(await next.told('done ')) as { resumed: boolean };
  const count = await countAt(url);
  if (!report.resumed || count !== pages * pageSize) {
    throw new Error(`${count} of ${pages * pageSize} records, resumed: ${report.resumed}.`);
  }
  return ratioRow(
    {
      name: `first new record after kill -9, ${name}`,
      value: resumedMs,
      unit: 'ms',
      peer: 'the first process of a flow',
      peerValue: freshMs,
    },
    { atMost: bar },
  );
}

async function countAt(url: string): Promise<number> {
  const store = openStore({ url });
  const target = tableTarget({ table: 'product', store });
  const count = await target.count();
  await store.close();
  return count;
}

if (import.meta.main) console.table(await benchResume());
