// A process that syncs and is killed: `crash-child.ts <folder> <kind> <records> <leaseMs> <waitsAtPage> [<url> <schema>]`.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectorError, type ErpRecord, type WriteResult } from '@common/connector-core';
import { createSync, ndjsonTarget, type SyncTarget } from '@common/connector-sync';
import { openStore } from '../open-store.ts';
import { tableTarget } from '../target/table-target.ts';
import { type Numbered, numberSource } from './number-source.ts';

const [
  folder = '',
  kind = 'native',
  records = '1000',
  leaseMs = '60000',
  waitsAtPage = '0',
  url,
  schema,
] = process.argv.slice(2);

/** An ERP on disk that assigns its keys; one of ten answers is lost after the write. */
function erp(idempotency: 'native' | 'external-reference'): SyncTarget {
  const database = new DatabaseSync(join(folder, 'erp.db'));
  database.exec('pragma journal_mode = wal; pragma synchronous = off; pragma busy_timeout = 5000');
  database.exec(
    'create table if not exists document (id integer primary key, reference text, text text)',
  );
  const find = database.prepare('select id from document where reference = ?');
  const insert = database.prepare('insert into document (reference, text) values (?, ?)');
  let writes = 0;
  return {
    idempotency,
    maxBatchSize: 10,
    async write(_entity, changes) {
      await sleep(1);
      return changes.map((change): WriteResult => {
        const { idempotencyKey: reference = '' } = change;
        const known = idempotency === 'native' ? find.get(reference) : undefined;
        const text = change.op === 'upsert' ? (change.record as Numbered).text : '';
        const id = known?.id ?? insert.run(reference, text).lastInsertRowid;
        writes += 1;
        if (writes % 10 !== 0) return { status: 'created', key: String(id) };
        const error = new ConnectorError({
          code: 'ERR_NETWORK',
          category: 'transient',
          outcomeUnknown: true,
          message: 'The answer was lost.',
        });
        return { status: 'unknown', error };
      });
    },
    find: async (_entity, { idempotencyKey = '' }): Promise<ErpRecord[]> =>
      find.all(idempotencyKey).map(({ id }) => ({
        source: { system: 'erp', entity: 'document', key: String(id) },
      })),
  };
}

/** Too fast to be killed in the middle otherwise. */
function slow(target: SyncTarget): SyncTarget {
  const { writeWithin } = target;
  return {
    ...target,
    async write(entity, changes, options) {
      await sleep(10);
      return target.write(entity, changes, options);
    },
    ...(writeWithin && {
      async writeWithin(state, entity, changes) {
        await writeWithin(state, entity, changes);
        await sleep(10);
      },
    }),
  };
}

let offsetMs = 0;
let pages = 0;

/** Between two transactions, until the file is there that says how much later it is then. */
async function wait(): Promise<void> {
  pages += 1;
  if (pages !== Number(waitsAtPage)) return;
  const file = join(folder, 'later');
  process.stdout.write('waiting\n');
  while (!existsSync(file)) await sleep(20);
  offsetMs = Number(readFileSync(file, 'utf8'));
}

const store = openStore({ url: url ?? join(folder, 'state.db'), schema });
const targets: { readonly [kind: string]: () => SyncTarget } = {
  native: () => erp('native'),
  'external-reference': () => erp('external-reference'),
  table: () => slow(tableTarget({ table: 'item', store })),
  'table in its own file': () => slow(tableTarget({ table: 'item', path: join(folder, 'own.db') })),
  ndjson: () => slow(ndjsonTarget({ path: join(folder, 'items.ndjson') })),
};
const sync = createSync<Numbered, Numbered>({
  id: 'crash',
  source: numberSource({ count: Number(records), pageSize: 50 }),
  target: targets[kind]?.() ?? erp('native'),
  entity: { source: 'item', target: 'item' },
  // Where a process can be stopped for certain.
  mapping: { prepare: wait, map: (record) => ({ record }) },
  store,
  leaseMs: Number(leaseMs),
  // The parent kills by progress, so that the test does not depend on the speed of the machine.
  onProgress: () => void process.stdout.write('page\n'),
  // Real waits would make the test slow: the ERP is on this machine.
  clock: { now: () => Date.now() + offsetMs, sleep: (milliseconds) => sleep(milliseconds / 100) },
});
const report = await sync.run({ mode: 'full' });
await store.close();
process.stdout.write(JSON.stringify(report));
