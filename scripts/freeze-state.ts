// Writes down the state as this version makes it, for the test that every later version opens it. Run it once,
// before a release whose schema has changed: node --conditions=@common/source scripts/freeze-state.ts
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { manualClock } from '@common/connector-core';
import { postgresStore, type SqlStore, sqliteStore } from '../packages/runtime/src/index.ts';
import { schemaVersion } from '../packages/runtime/src/state/migrations.ts';
import {
  type Applied,
  erpWith,
  fillState,
  frozenAt,
  itemsSync,
} from '../packages/runtime/src/testing/frozen/frozen-world.ts';
import { findPostgres, startPostgres } from '../packages/runtime/src/testing/postgres-server.ts';

const folder = join(import.meta.dirname, '../packages/runtime/src/testing/frozen');
const fileOf = (name: string) => join(folder, `v${schemaVersion}.${name}`);
if (existsSync(fileOf('sqlite.sql'))) {
  throw new Error(`Version ${schemaVersion} is frozen already. What was released never changes.`);
}
const bin = findPostgres();
if (bin === undefined) throw new Error('Install postgresql-15: both databases are frozen.');

/** Fills a state and dies in the middle of a page: its second, written and not yet confirmed. */
async function freeze(
  store: SqlStore,
  dump: () => string,
): Promise<{ applied: Applied; text: string }> {
  const clock = manualClock(frozenAt);
  await fillState(store, clock);
  return new Promise((resolve, reject) => {
    let pages = 0;
    const applied: Applied = {};
    const onWritten = async (): Promise<void> => {
      pages += 1;
      if (pages === 1) return;
      resolve({ applied, text: dump() });
      await new Promise(() => undefined);
    };
    const target = erpWith(applied, { onWritten });
    itemsSync({ store, target, clock }).run({ mode: 'full' }).catch(reject);
  });
}

function dumpSqlite(path: string): string {
  const database = new DatabaseSync(path, { readOnly: true });
  const schema = database
    .prepare(
      "select type, name, sql from sqlite_schema where sql is not null order by type = 'index', name",
    )
    .all() as { type: string; name: string; sql: string }[];
  const lines = schema.map(({ sql }) => `${sql};`);
  for (const { name } of schema.filter(({ type }) => type === 'table')) {
    for (const row of database.prepare(`select * from "${name}"`).all()) {
      lines.push(`insert into "${name}" values (${Object.values(row).map(literal).join(', ')});`);
    }
  }
  database.close();
  return `${lines.join('\n')}\n`;
}

function literal(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
}

function dumpPostgres(url: string): string {
  const args = [
    '--schema=frozen',
    '--inserts',
    '--no-owner',
    '--no-privileges',
    '--no-comments',
    url,
  ];
  const dumped = spawnSync(join(bin ?? '', 'pg_dump'), args, { encoding: 'utf8' });
  if (dumped.status !== 0) throw new Error(dumped.stderr);
  const isState = (line: string) =>
    line !== '' && !/^(?:--|SET |SELECT |CREATE SCHEMA|\\)/.test(line);
  const lines = dumped.stdout.split('\n').filter(isState);
  // Into whichever schema comes first.
  return `${lines.join('\n').replaceAll('frozen.', '')}\n`;
}

const place = mkdtempSync(join(tmpdir(), 'freeze-state-'));
const path = join(place, 'state.db');
const sqlite = await freeze(sqliteStore({ path }), () => dumpSqlite(path));
writeFileSync(fileOf('sqlite.sql'), sqlite.text);
const server = await startPostgres({ bin });
const { url } = server;
const postgres = await freeze(postgresStore({ url, schema: 'frozen' }), () => dumpPostgres(url));
writeFileSync(fileOf('postgres.sql'), postgres.text);
const applied = { sqlite: sqlite.applied, postgres: postgres.applied };
writeFileSync(fileOf('target.json'), `${JSON.stringify(applied, null, 2)}\n`);
await server.close();
rmSync(place, { recursive: true });
console.log(`Frozen: version ${schemaVersion} in ${folder}`);
process.exit(0);
