import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HttpTransport, systemClock } from '@common/connector-core';
import { createVault, environmentKeys } from '@common/connector-core/vault';
import { createSync, markRestored } from '@common/connector-sync';
import { afterAll, describe, expect, it } from 'vitest';
import { pgBossEngine } from '../jobs/pg-boss-engine.ts';
import { sqlJobEngine } from '../jobs/sql-job-engine.ts';
import { postgresStore } from '../postgres/postgres-store.ts';
import { connectionRegistry } from '../registry/connection-registry.ts';
import { createFlowRunner } from '../schedules/flow-runner.ts';
import type { SqlStore } from '../sql-store.ts';
import { tableTarget } from '../target/table-target.ts';
import { type Numbered, numberSource } from '../testing/number-source.ts';
import { findPostgres } from '../testing/postgres-server.ts';
import { acmeFactory } from '../testing/registry/acme-factory.ts';
import { sqliteStores, testPostgres } from '../testing/sql-stores.ts';
import { sqlSecretStore } from '../vault/sql-secret-store.ts';
import { createWebhookInbox } from '../webhooks/webhook-inbox.ts';
import { createWebhookOutbox } from '../webhooks/webhook-outbox.ts';
import { migrateState } from './migrate-state.ts';

const postgres = await testPostgres();
const sqlite = sqliteStores();
const folder = mkdtempSync(join(tmpdir(), 'whole-state-'));
afterAll(async () => {
  await postgres.close();
  await sqlite.close();
  rmSync(folder, { recursive: true, force: true });
});

const keys = environmentKeys({
  environment: { COMMON_VAULT_KEY: randomBytes(32).toString('hex') },
});
const tenant = 'acme';
const flow = { tenant, connection: 'erp', flow: 'items' };
const [jane, joe] = [{ actor: 'jane' }, { actor: 'joe' }];
const patiently = { timeout: 60_000 };

/** Everything that an app has. With a schema its jobs are those of pg-boss. */
function openApp(store: SqlStore, options: { readonly url?: string; readonly schema?: string }) {
  const { url, schema } = options;
  // An hour later than it was stopped: what was due is overdue.
  const clock = schema === undefined ? systemClock : { ...systemClock, now: later };
  const engine =
    schema === undefined
      ? sqlJobEngine({ store, pollMs: 20 })
      : pgBossEngine({ store, url, schema, clock, pollMs: 20 });
  const handled: string[] = [];
  const delivered: string[] = [];
  const transport: HttpTransport = {
    close: async () => undefined,
    async exchange({ headers }) {
      delivered.push(headers['webhook-id'] ?? '');
      return { status: 204, headers: {}, body: Buffer.alloc(0) };
    },
  };
  const table = tableTarget<Numbered>({ store, table: 'item' });
  const source = numberSource({ count: 300, pageSize: 100 });
  const sync = createSync<Numbered, Numbered>({
    ...{ id: 'items', tenant, entity: 'item', source, target: table, store },
  });
  const common = { store, engine, clock };
  const runner = createFlowRunner({ ...common, flows: { items: () => sync } });
  const inbox = createWebhookInbox({
    ...common,
    handle: async ({ id }) => void handled.push(id),
  });
  const secretsOf = async () => `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const outbox = createWebhookOutbox({ ...common, transport, secretsOf });
  const vault = createVault({ secrets: sqlSecretStore({ store }), keys });
  const registry = connectionRegistry({ store, vault, clock, factories: [acmeFactory()] });
  return {
    ...{ store, runner, inbox, outbox, table, vault, sync, handled, delivered },
    connections: registry.forTenant(tenant),
    start() {
      for (const part of [runner, inbox, outbox]) part.start();
    },
    async close() {
      for (const part of [runner, inbox, outbox, engine, registry]) await part.close();
    },
  };
}
const later = () => Date.now() + 3_600_000;

/** Something of every kind that waits. */
async function fill(app: ReturnType<typeof openApp>): Promise<{ readonly run: string }> {
  const { connections, runner, inbox, outbox } = app;
  const erp = {
    ...{ code: 'erp', type: 'acme', environment: 'test' },
    settings: { baseUrl: 'https://erp.example' },
    credentials: { kind: 'basic', username: 'u', password: 'secret' },
  };
  await connections.create(erp, jane);
  await connections.create({ ...erp, code: 'live', environment: 'production' }, jane);
  await app.sync.run({ mode: 'full' });
  await runner.schedule({ ...flow, cron: '0 6 * * *', timeZone: 'Europe/Vienna' });
  const { id } = await runner.run({ ...flow, options: { mode: 'full' } });
  const event = (name: string) => ({ id: name, type: 'order.changed', key: name });
  await inbox.storeFor({ tenant, scope: 'acme/erp' })([event('1'), event('2')]);
  await outbox.setEndpoint({ tenant, id: 'e1', url: 'https://hook.example' });
  await outbox.send({ tenant, type: 'order.changed', data: {}, id: 'msg_1' });
  return { run: id };
}

async function expectAll(app: ReturnType<typeof openApp>, run: string): Promise<void> {
  const { connections, runner, handled, delivered } = app;
  await app.vault.verifyKeys();
  expect(await connections.credentials('erp')).toMatchObject({ username: 'u' });
  const [request] = await connections.requests.list();
  await connections.requests.approve(request?.id ?? '', { ...joe, revision: 1 });
  await connections.open('live');
  expect(await runner.schedules(tenant)).toMatchObject([
    { cron: '0 6 * * *', timeZone: 'Europe/Vienna', paused: false },
  ]);
  app.start();
  await expect
    .poll(() => runner.get({ tenant, id: run }), patiently)
    .toMatchObject({ status: 'done', counts: { unchanged: 300, inserted: 0 } });
  await expect.poll(() => handled, patiently).toEqual(['1', '2']);
  await expect.poll(() => delivered, patiently).toEqual(['msg_1']);
  expect(await app.table.count()).toBe(300);
}

describe('the whole state of an app', { timeout: 120_000 }, () => {
  it(`moves from SQLite to ${postgres.name}, and to the jobs that are there`, async () => {
    const app = openApp(sqlite.create(), {});
    const { run } = await fill(app);
    await app.close();
    const to = postgres.create();
    await migrateState({ from: app.store, to });
    const { url } = postgres;
    const schema = `moved_${randomBytes(6).toString('hex')}`;
    const moved = openApp(to, url === undefined ? {} : { url, schema });
    await expectAll(moved, run);
    await moved.close();
  });

  // PGlite brings no pg_dump.
  it.runIf(postgres.url !== undefined)(
    'is dumped in the custom format, and restored into an empty database',
    async () => {
      const bin = findPostgres() ?? '';
      const url = postgres.url ?? '';
      const name = `dumped_${randomBytes(6).toString('hex')}`;
      const schema = `${name}_jobs`;
      const app = openApp(postgresStore({ url, schema: name }), { url, schema });
      const { run } = await fill(app);
      const file = join(folder, 'state.dump');
      const what = [`--schema=${name}`, `--schema=${schema}`];
      execFileSync(join(bin, 'pg_dump'), ['-Fc', ...what, `--file=${file}`, url]);
      await app.close();
      await app.store.close();

      const place = new URL(url);
      place.pathname = `/${name}`;
      execFileSync(join(bin, 'createdb'), [`--maintenance-db=${url}`, name]);
      execFileSync(join(bin, 'pg_restore'), ['--exit-on-error', '-d', place.href, file]);
      const store = postgresStore({ url: place.href, schema: name });
      await markRestored({ store });
      const restored = openApp(store, { url: place.href, schema });
      await expectAll(restored, run);
      await restored.close();
      await store.close();
    },
  );
});
