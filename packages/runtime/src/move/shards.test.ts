import { randomBytes } from 'node:crypto';
import { createVault, environmentKeys } from '@common/connector-core/vault';
import { createSync } from '@common/connector-sync';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import type { JobEngine } from '../jobs/job-engine.ts';
import { pgBossEngine } from '../jobs/pg-boss-engine.ts';
import { sqlJobEngine } from '../jobs/sql-job-engine.ts';
import { connectionRegistry } from '../registry/connection-registry.ts';
import { createFlowRunner } from '../schedules/flow-runner.ts';
import type { SqlStore } from '../sql-store.ts';
import { tableTarget } from '../target/table-target.ts';
import { type Numbered, numberSource } from '../testing/number-source.ts';
import { acmeFactory } from '../testing/registry/acme-factory.ts';
import { sqlStores, testPostgres } from '../testing/sql-stores.ts';
import { sqlSecretStore } from '../vault/sql-secret-store.ts';
import { migrateState } from './migrate-state.ts';
import { storedTables } from './stored-tables.ts';

const keyText = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const key = keyText('2026');
const keys = environmentKeys({ environment: { COMMON_VAULT_KEY: key } });
const newKeys = environmentKeys({ environment: { COMMON_VAULT_KEY: `${keyText('2027')},${key}` } });
const jane = { actor: 'jane' };
const patiently = { timeout: 30_000 };

/** What `docs/scale.md` makes of a shard: a store, and everything else over it. */
function openShard(store: SqlStore, engine: JobEngine = sqlJobEngine({ store, pollMs: 20 })) {
  const ended = new Map<string, PromiseWithResolvers<string>>();
  const endOf = (tenant: string) => {
    const known = ended.get(tenant) ?? Promise.withResolvers<string>();
    ended.set(tenant, known);
    return known;
  };
  const vault = createVault({ secrets: sqlSecretStore({ store }), keys });
  const registry = connectionRegistry({ store, vault, factories: [acmeFactory()] });
  const runner = createFlowRunner({
    store,
    engine,
    flows: {
      items: ({ tenant }) =>
        createSync<Numbered, Numbered>({
          id: 'items',
          tenant,
          source: numberSource({ count: 20, pageSize: 10 }),
          target: tableTarget({ store, table: `item_${tenant}` }),
          entity: 'item',
          store,
        }),
    },
    onEnd: ({ tenant, status, counts }) =>
      endOf(tenant).resolve(`${status}, ${counts?.inserted} new, ${counts?.unchanged} not changed`),
  });
  runner.start();
  const flowOf = (tenant: string) => ({ tenant, connection: 'erp', flow: 'items' });
  return {
    store,
    vault,
    start: () => runner.start(),
    stop: () => runner.close(),
    schedule: (tenant: string) => runner.schedule({ ...flowOf(tenant), cron: '* * * * * *' }),
    order: (tenant: string) => runner.run(flowOf(tenant)),
    causes: async (tenant: string) =>
      (await runner.history(flowOf(tenant))).map(({ cause }) => cause),
    statuses: async (tenant: string) =>
      (await runner.history(flowOf(tenant))).map(({ status }) => status),
    endOf(tenant: string): Promise<string> {
      ended.delete(tenant);
      return endOf(tenant).promise;
    },
    connections: (tenant: string) => registry.forTenant(tenant),
    /** Runs the flow of a tenant and says how that ended. */
    async run(tenant: string): Promise<string> {
      ended.delete(tenant);
      await runner.run(flowOf(tenant));
      return endOf(tenant).promise;
    },
    async add(tenant: string): Promise<void> {
      await registry.forTenant(tenant).create(
        {
          code: 'erp',
          type: 'acme',
          environment: 'test',
          settings: { baseUrl: `https://${tenant}.example` },
          credentials: { kind: 'basic', username: tenant, password: 'secret' },
        },
        jane,
      );
    },
    async close(): Promise<void> {
      await runner.close();
      await engine.close();
      await registry.close();
    },
  };
}

/** The tenants that any row of a store is of. */
async function tenantsIn({ database }: SqlStore): Promise<readonly string[]> {
  return database.transaction(async (db) => {
    const found = new Set<string>();
    for (const { name, columns } of await storedTables(db, database.dialect)) {
      if (!columns.some((column) => column.name === 'tenant')) continue;
      const rows = await (db as never as typeof db & { selectFrom: (table: string) => never })
        .selectFrom(name as never)
        .select('tenant' as never)
        .distinct()
        .execute();
      for (const { tenant } of rows as { tenant: string }[]) if (tenant !== '') found.add(tenant);
    }
    return [...found].sort();
  });
}

const postgres = await testPostgres();
afterAll(() => postgres.close());

// PGlite is one connection, which the jobs would have to share.
describe.runIf(postgres.url !== undefined)('jobs of pg-boss that a tenant has left', () => {
  it('end without an effect, and those of others go on', { timeout: 60_000 }, async () => {
    const { url } = postgres;
    const [from, to] = [postgres.create(), postgres.create()];
    const schema = `left_${randomBytes(6).toString('hex')}`;
    const engine = pgBossEngine({ store: from, url, schema, pollMs: 20 });
    const old = openShard(from, engine);
    await old.stop();
    for (const tenant of ['anna', 'bert']) {
      await old.add(tenant);
      await old.order(tenant);
    }
    await migrateState({ from, to, tenant: 'anna' });
    const open = () =>
      from.database.transaction(async (db) => {
        const { rows } = await sql<{ tenant: string }>`
          select group_id as tenant from ${sql.table(`${schema}.job`)}
          where state in ('created', 'retry', 'active') order by 1`.execute(db);
        return rows.map(({ tenant }) => tenant);
      });
    expect(await open()).toEqual(['t:anna', 't:bert']);
    const ended = old.endOf('bert');
    old.start();
    expect(await ended).toBe('done, 20 new, 0 not changed');
    await expect.poll(open, patiently).toEqual([]);
    expect(await old.statuses('anna')).toEqual(['queued']);
    await old.close();
  });
});

for (const stores of await sqlStores()) {
  describe(`tenants over several databases: ${stores.name}`, { timeout: 120_000 }, () => {
    const closing: (() => Promise<void>)[] = [];
    afterAll(async () => {
      for (const close of closing) await close();
      await stores.close();
    });
    const shard = () => {
      const opened = openShard(stores.create());
      closing.push(opened.close);
      return opened;
    };

    it('never cross: every row is in the database of its tenant', async () => {
      const shards = [shard(), shard()] as const;
      const placeOf = new Map([
        ['anna', 0],
        ['bert', 1],
        ['cleo', 0],
        ['dora', 1],
      ] as const);
      const of = (tenant: 'anna' | 'bert' | 'cleo' | 'dora') => shards[placeOf.get(tenant) ?? 0];
      for (const tenant of placeOf.keys()) await of(tenant).add(tenant);
      const ends = await Promise.all([...placeOf.keys()].map((tenant) => of(tenant).run(tenant)));
      expect(new Set(ends)).toEqual(new Set(['done, 20 new, 0 not changed']));
      expect(await tenantsIn(shards[0].store)).toEqual(['anna', 'cleo']);
      expect(await tenantsIn(shards[1].store)).toEqual(['bert', 'dora']);
      await expect(shards[1].connections('anna').get('erp')).rejects.toMatchObject({
        code: 'ERR_NOT_FOUND',
      });
    });

    it('who stays goes on, whatever a tenant that moved has left: schedules, runs, jobs', async () => {
      const [old, next] = [shard(), shard()];
      await old.add('anna');
      await old.add('bert');
      await old.run('anna');
      // Both are due while nobody works, so that what they left is due for ever.
      await old.stop();
      for (const tenant of ['anna', 'bert']) {
        await old.schedule(tenant);
        await old.order(tenant);
      }
      await migrateState({ from: old.store, to: next.store, tenant: 'anna' });
      const stayed = old.endOf('bert');
      const moved = next.endOf('anna');
      old.start();
      expect(await stayed).toBe('done, 20 new, 0 not changed');
      expect(await old.run('bert')).toBe('done, 0 new, 20 not changed');
      expect(await moved).toBe('done, 0 new, 20 not changed');
      await expect.poll(() => old.causes('bert'), patiently).toContain('schedule');
      await expect.poll(() => next.causes('anna'), patiently).toContain('schedule');
      expect(await old.causes('anna')).toEqual(['manual', 'manual']);
    });

    it('a tenant moves to a database that others are in, with its secrets', async () => {
      const [old, next] = [shard(), shard()];
      await old.add('anna');
      await next.add('bert');
      await old.run('anna');
      await next.run('bert');
      const { rows } = await migrateState({ from: old.store, to: next.store, tenant: 'anna' });
      expect(rows).toBeGreaterThan(20);
      expect(await tenantsIn(next.store)).toEqual(['anna', 'bert']);
      const secret = await next.connections('anna').credentials('erp');
      expect(secret).toMatchObject({ username: 'anna' });
      // The identity map has come along, so nothing is new. Tables of targets stay: the app copies them.
      expect(await next.run('anna')).toBe('done, 0 new, 20 not changed');
      await expect(old.add('anna')).rejects.toMatchObject({ code: 'ERR_STORE_MOVED' });
      // Who is left there goes on, with a new key of the vault too.
      await old.add('cleo');
      await createVault({ secrets: sqlSecretStore({ store: old.store }), keys: newKeys })
        .forTenant('cleo')
        .put({ connection: 'erp', name: 'token' }, { value: 'next' });
      expect(await tenantsIn(old.store)).toEqual(['anna', 'cleo']);
      const rotating = createVault({
        secrets: sqlSecretStore({ store: old.store }),
        keys: newKeys,
      });
      expect(await rotating.rotate()).toMatchObject({ failed: [], unusedKeyIds: ['2026'] });
    });

    it('nothing of a tenant is begun while it is arriving', async () => {
      const [old, next] = [shard(), shard()];
      await old.add('anna');
      await old.stop();
      await old.order('anna');
      const isCopied = Promise.withResolvers<void>();
      const stopping = new AbortController();
      const moving = migrateState({
        from: old.store,
        to: next.store,
        tenant: 'anna',
        signal: stopping.signal,
        onProgress({ table }) {
          if (table !== 'job') return;
          stopping.abort(new Error('test'));
          isCopied.resolve();
        },
      });
      await expect(moving).rejects.toThrow('test');
      await isCopied.promise;
      // Its jobs are here, and nothing is done with them; that of another shows that the worker looks.
      expect(await next.run('bert')).toBe('done, 20 new, 0 not changed');
      expect(await next.statuses('anna')).toEqual(['queued']);
      const ended = next.endOf('anna');
      await migrateState({ from: old.store, to: next.store, tenant: 'anna' });
      expect(await ended).toBe('done, 20 new, 0 not changed');
    });
  });
}
