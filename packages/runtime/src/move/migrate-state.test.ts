import { randomBytes } from 'node:crypto';
import type { WriteChange } from '@common/connector-core';
import { createAuditTrail } from '@common/connector-core/audit';
import { createVault, environmentKeys } from '@common/connector-core/vault';
import { createSync, type SyncTarget } from '@common/connector-sync';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { sqlAuditSink } from '../audit/sql-audit-sink.ts';
import type { SqlStore } from '../sql-store.ts';
import { tableTarget } from '../target/table-target.ts';
import { type Numbered, numberSource } from '../testing/number-source.ts';
import { sqliteStores, testPostgres } from '../testing/sql-stores.ts';
import { sqlSecretStore } from '../vault/sql-secret-store.ts';
import { migrateState } from './migrate-state.ts';

const sqlite = sqliteStores();
const postgres = await testPostgres();
afterAll(async () => {
  await sqlite.close();
  await postgres.close();
});

const count = 2500;
const keys = environmentKeys({
  environment: { COMMON_VAULT_KEY: randomBytes(32).toString('hex') },
});

/** An ERP elsewhere, with the keys of all writes that it got. */
function erp() {
  const written: string[] = [];
  const target: SyncTarget = {
    idempotency: 'native',
    maxBatchSize: 500,
    async write(_entity, changes: readonly WriteChange[]) {
      return changes.map(({ idempotencyKey = '' }) => {
        written.push(idempotencyKey);
        return { status: 'created', key: `erp-${written.length}` };
      });
    },
  };
  return { written, target };
}

function syncOf(
  store: SqlStore,
  target: SyncTarget,
  options: { readonly tenant?: string; readonly signal?: AbortSignal } = {},
) {
  const { tenant = 'acme' } = options;
  return createSync<Numbered, Numbered>({
    id: 'items',
    tenant,
    source: numberSource({ count, pageSize: 500 }),
    target,
    entity: 'item',
    store,
  });
}

/** State of every kind, of two tenants. */
async function filled(): Promise<{
  readonly store: SqlStore;
  readonly hub: ReturnType<typeof erp>;
}> {
  const store = sqlite.create();
  const hub = erp();
  await syncOf(store, hub.target).run({ mode: 'full' });
  await syncOf(store, tableTarget({ store, table: 'item', columns: { label: 'text' } }), {
    tenant: 'other',
  }).run({ mode: 'full' });
  const vault = createVault({ secrets: sqlSecretStore({ store }), keys });
  await vault.forTenant('acme').put({ connection: 'sap', name: 'credentials' }, { user: 'jane' });
  await createAuditTrail({ sink: sqlAuditSink({ store, chain: 'acme' }) }).record({
    actor: 'jane',
    tenant: 'acme',
    connection: 'sap',
    system: 'sap',
    operation: 'get',
    keys: ['1'],
    outcome: 'succeeded',
    correlationId: 'c',
  });
  return { store, hub };
}

const rowsIn = (report: { readonly tables: readonly { name: string; rows: number }[] }) =>
  Object.fromEntries(report.tables.map(({ name, rows }) => [name, rows]));

// PGlite on a busy machine takes its time.
const timeout = 120_000;

describe('state that is moved from SQLite to PostgreSQL', { timeout }, () => {
  it('is all there, and flows go on without a second write', async () => {
    const { store, hub } = await filled();
    const to = postgres.create();
    const told: string[] = [];
    const report = await migrateState({
      from: store,
      to,
      onProgress: ({ table }) => told.push(table),
    });
    expect(rowsIn(report)).toMatchObject({
      sync_link: 2 * count,
      item: count,
      vault_secret: 1,
      vault_key_check: 1,
      audit_record: 1,
    });
    expect(told).toContain('sync_link');

    expect(hub.written).toHaveLength(count);
    expect(await syncOf(to, hub.target).run({ mode: 'full' })).toMatchObject({ unchanged: count });
    expect(hub.written).toHaveLength(count);
    const table = tableTarget({ store: to, table: 'item', columns: { label: 'text' } });
    const again = await syncOf(to, table, { tenant: 'other' }).run({ mode: 'full' });
    expect([again.unchanged, await table.count()]).toEqual([count, count]);
    const vault = createVault({ secrets: sqlSecretStore({ store: to }), keys });
    const secret = await vault.forTenant('acme').get({ connection: 'sap', name: 'credentials' });
    expect(secret?.value).toEqual({ user: 'jane' });
    const trail = createAuditTrail({ sink: sqlAuditSink({ store: to, chain: 'acme' }) });
    expect(await trail.verify()).toMatchObject({ ok: true, records: 1 });
  });

  it('goes on in the middle of a run', async () => {
    const store = sqlite.create();
    const hub = erp();
    const stopping = new AbortController();
    const { write } = hub.target;
    const target: SyncTarget = {
      ...hub.target,
      async write(entity, changes, options) {
        if (hub.written.length >= 1000) stopping.abort();
        return write(entity, changes, options);
      },
    };
    const stopped = syncOf(store, target).run({ mode: 'full', signal: stopping.signal });
    await expect(stopped).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    const to = postgres.create();
    await migrateState({ from: store, to });
    const report = await syncOf(to, hub.target).run({ mode: 'full' });
    expect(report.resumed).toBe(true);
    expect(new Set(hub.written).size).toBe(count);
  });

  it('may be interrupted, and begun again', async () => {
    const { store } = await filled();
    const to = postgres.create();
    const stopping = new AbortController();
    const interrupted = migrateState({
      from: store,
      to,
      signal: stopping.signal,
      onProgress({ table, rows }) {
        if (table === 'sync_link' && rows >= 2000) stopping.abort(new Error('enough'));
      },
    });
    await expect(interrupted).rejects.toThrow('enough');
    const told: number[] = [];
    const report = await migrateState({
      from: store,
      to,
      onProgress: ({ table, rows }) => void (table === 'sync_link' && told.push(rows)),
    });
    expect(rowsIn(report)).toMatchObject({ sync_link: 2 * count });
    // Only what was missing.
    expect(told.at(-1)).toBe(2 * count - 2000);
  });

  it('is refused when it is not what was there', async () => {
    const { store } = await filled();
    const to = postgres.create();
    const stopping = new AbortController();
    const interrupted = migrateState({
      from: store,
      to,
      signal: stopping.signal,
      onProgress: ({ table }) =>
        void (table === 'sync_link' && stopping.abort(new Error('enough'))),
    });
    await expect(interrupted).rejects.toThrow('enough');
    // Behind the back of the copy, in a row that it has done. The source does not let anybody.
    const change = sql`update sync_link set left_digest = 'x' where left_key = '000001'`;
    await expect(store.database.transaction((db) => change.execute(db))).rejects.toMatchObject({
      code: 'ERR_STORE_MOVED',
    });
    await to.database.transaction((db) => change.execute(db));
    await expect(migrateState({ from: store, to })).rejects.toMatchObject({
      code: 'ERR_STORE_DIFFERS',
      message: expect.stringContaining('sync_link'),
    });
  });

  it('may be that of one tenant', async () => {
    const { store, hub } = await filled();
    const to = postgres.create();
    await syncOf(to, erp().target, { tenant: 'third' }).run({ mode: 'full' });
    const report = await migrateState({ from: store, to, tenant: 'acme' });
    expect(rowsIn(report)).toMatchObject({ sync_link: count, audit_record: 1, vault_secret: 1 });
    expect(rowsIn(report)).not.toHaveProperty('item');
    expect(await syncOf(to, hub.target).run({ mode: 'full' })).toMatchObject({ unchanged: count });
  });

  it('is not copied over other state', async () => {
    const { store } = await filled();
    const to = postgres.create();
    await syncOf(to, erp().target, { tenant: 'third' }).run({ mode: 'full' });
    await expect(migrateState({ from: store, to })).rejects.toMatchObject({
      code: 'ERR_STORE_NOT_EMPTY',
    });
    await expect(migrateState({ from: store, to: store })).rejects.toThrow('the same store');
  });

  it('stays while a flow runs, and is lost for one that sleeps', async () => {
    const store = sqlite.create();
    const request = { tenant: 'acme', scope: 'flow:items', owner: 'elsewhere', ttlMs: 60_000 };
    const { lease } = await store.transaction((state) =>
      state.leases.acquire({ ...request, now: Date.now() }),
    );
    const to = postgres.create();
    await expect(migrateState({ from: store, to })).rejects.toMatchObject({
      code: 'ERR_FLOW_BUSY',
      message: expect.stringContaining('flow:items'),
    });
    await store.transaction((state) => state.leases.renew(lease, 1));
    await migrateState({ from: store, to });
    await expect(store.transaction(async () => undefined, { lease })).rejects.toMatchObject({
      code: 'ERR_LEASE_LOST',
    });
  });
});

describe('state that is moved from PostgreSQL to SQLite', { timeout }, () => {
  it('is all there', async () => {
    const { store, hub } = await filled();
    const between = postgres.create();
    const there = await migrateState({ from: store, to: between });
    const back = sqlite.create();
    expect((await migrateState({ from: between, to: back })).rows).toBe(there.rows);
    expect(await syncOf(back, hub.target).run({ mode: 'full' })).toMatchObject({
      unchanged: count,
    });
  });
});
