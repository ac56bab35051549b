// Proves that nothing is lost or doubled when syncing processes are killed at any moment, their vendors
// fail, and the database crashes: `npm run crash -- --json`. It starts vendors, workers and, where
// PostgreSQL is installed, a server of its own on this machine.
import { type CrashRun, killRun, zombieRun } from './crash-runs.ts';
import { type CrashStore, postgresServer, sqliteFiles } from './crash-stores.ts';
import { readCounts } from './read-counts.ts';

const usage = `Usage: npm run crash -- [options]
  --json          the result as JSON, progress goes to stderr in any case
  --records <n>   records of each run (100000); those with zombies take 1000 for each
  --kills <n>     processes that are killed in each run (100)
  --workers <n>   of the runs with several, in which the database crashes too (4)
  --zombies <n>   processes that are stopped past their lease, on each store (4)
  --seed <n>      of changes, faults and kills (1)
PostgreSQL is needed when REQUIRE_POSTGRES is set; without it there are only runs on SQLite.`;

const { json, whole, fail } = readCounts(usage, {
  records: 100_000,
  kills: 100,
  workers: 4,
  zombies: 4,
  seed: 1,
});
const kills = whole('kills', 0);
// Between two kills something has to happen.
const records = whole('records', Math.max(1, 20 * kills));
const workers = whole('workers', 2);
const zombies = whole('zombies', 0);
const seed = whole('seed', 0);

const postgres = await postgresServer().catch((error: Error) => fail(error.message));
if (postgres === undefined) {
  process.stderr.write('PostgreSQL is not installed (postgresql-15): only SQLite is tried.\n');
}
const sqlite = sqliteFiles();
const stores: readonly CrashStore[] = postgres === undefined ? [sqlite] : [sqlite, postgres];
const runs: CrashRun[] = [];
const optionsOf = (store: CrashStore, name: string) => ({
  store,
  seed,
  progress: (text: string) => void process.stderr.write(`${store.name}, ${name}: ${text}\n`),
});

try {
  for (const store of stores) {
    const options = { ...optionsOf(store, 'one process'), records, kills };
    runs.push(await killRun({ ...options, engine: 'in-process', workers: 1 }));
  }
  if (postgres !== undefined) {
    for (const engine of ['leases', 'pg-boss'] as const) {
      const options = { ...optionsOf(postgres, `${workers} by ${engine}`), records, kills };
      runs.push(await killRun({ ...options, engine, workers, restartMs: 4000 }));
    }
  }
  for (const store of zombies === 0 ? [] : stores) {
    const options = { ...optionsOf(store, 'zombies'), records: 1000 * zombies };
    runs.push(await zombieRun({ ...options, zombies }));
  }
} finally {
  for (const store of stores) await store.close();
}

if (json) console.log(JSON.stringify({ runs }));
else console.table(runs.map(({ errors: _, ...run }) => run));
for (const { store, engine, pass, errors } of runs) {
  if (!pass) process.stderr.write(`${store}, ${engine}: missed its bar. ${errors.join(' | ')}\n`);
}
process.exit(runs.every(({ pass }) => pass) ? 0 : 1);
