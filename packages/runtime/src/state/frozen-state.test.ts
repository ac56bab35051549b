import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CompiledQuery } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import type { SqlStore } from '../sql-store.ts';
import {
  type Applied,
  erpWith,
  flow,
  itemCount,
  itemsSync,
  poisoned,
  servicesOf,
  tenant,
} from '../testing/frozen/frozen-world.ts';
import { sqlStores } from '../testing/sql-stores.ts';
import { schemaVersion } from './migrations.ts';

const folder = join(import.meta.dirname, '../testing/frozen');
const versions = readdirSync(folder)
  .map((name) => /^v(\d+)\.sqlite\.sql$/.exec(name)?.[1])
  .filter((version) => version !== undefined);

/** State as a process of that version left it, killed while it wrote the second of three pages. */
async function thaw(
  store: SqlStore,
  version: string,
): Promise<{ readonly store: SqlStore; readonly applied: Applied }> {
  const { dialect, transaction } = store.database;
  const text = readFileSync(join(folder, `v${version}.${dialect}.sql`), 'utf8');
  await transaction(async (db) => {
    for (const statement of text.split(';\n').filter((part) => part.trim() !== '')) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  });
  const target = JSON.parse(readFileSync(join(folder, `v${version}.target.json`), 'utf8'));
  return { store, applied: target[dialect] as Applied };
}

it('state of the present schema is frozen: scripts/freeze-state.ts writes it down', () => {
  expect(versions).toContain(String(schemaVersion));
});

for (const stores of await sqlStores()) {
  afterAll(() => stores.close());

  describe.each(versions)(`state of version %s in ${stores.name}`, (version) => {
    const thawed = () => thaw(stores.create(), version);

    it('a sync that was killed goes on: nothing lost, nothing twice', async () => {
      const { store, applied } = await thawed();
      expect(Object.keys(applied).length).toBeLessThan(itemCount);
      const sync = itemsSync({ store, target: erpWith(applied) });
      expect(await sync.run({ mode: 'full' })).toMatchObject({ resumed: true });
      const [letter] = await sync.deadLetters.list();
      expect(letter).toMatchObject({ key: poisoned, error: { code: 'ERR_VALIDATION' } });

      const mended = itemsSync({ store, target: erpWith(applied, { isMended: true }) });
      expect(await mended.deadLetters.replay()).toMatchObject({ delivered: 1, failed: 0 });
      const records = Object.values(applied);
      expect(new Set(records).size).toBe(itemCount);
      expect(records).toHaveLength(itemCount);
      expect(records).toContain(`erp-${poisoned}`);
      expect(await mended.run({ mode: 'full' })).toMatchObject({ unchanged: itemCount });
    });

    it('a table has its rows, and is written on', async () => {
      const { store } = await thawed();
      const { table, close } = servicesOf(store);
      const sync = itemsSync({ id: 'table', store, target: table });
      expect(await sync.run({ mode: 'full' })).toMatchObject({ unchanged: itemCount });
      expect(await table.count()).toBe(itemCount);
      await close();
    });

    it('connections, secrets, requests and the audit are there', async () => {
      const { store } = await thawed();
      const { connections, tokens, trail, close } = servicesOf(store);
      expect(await connections.get('erp')).toMatchObject({ active: true, version: 1 });
      expect(await connections.credentials('erp')).toMatchObject({ username: 'COMM_USER' });
      await connections.use('erp', async (connector) => connector.manifest.id);
      expect((await tokens.get({ connection: 'erp', name: 'own' }))?.value).toEqual({
        text: 'frozen',
      });
      const [request] = await connections.requests.list();
      expect(request).toMatchObject({ connection: 'waits', status: 'expired' });
      expect(await trail.verify()).toMatchObject({ ok: true, records: 1 });
      await close();
    });

    it('schedules, runs, events and messages are there, and events are handled', async () => {
      const { store } = await thawed();
      const { runner, inbox, outbox, handled, close } = servicesOf(store);
      expect(await runner.schedules(tenant)).toMatchObject([
        { cron: '0 6 * * *', timeZone: 'Europe/Vienna', paused: true },
      ]);
      expect(await runner.history(flow)).toMatchObject([{ status: 'queued', cause: 'manual' }]);
      expect(await outbox.list({ tenant })).toMatchObject([{ id: 'm1', status: 'waiting' }]);
      expect(await inbox.list({ tenant, status: 'waiting' })).toHaveLength(2);
      inbox.start();
      await expect.poll(() => handled, { timeout: 10_000 }).toEqual(['e1', 'e2']);
      await close();
    });
  });
}
