import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '@common/connector-core';
import { backupState, migrateState, openStore } from '@common/connector-runtime';
import type { FlowRun } from '@common/connector-runtime/jobs';
import { startCommonSandbox } from '@common/connector-sandbox/common';
import { startSapSandbox } from '@common/connector-sandbox/sap';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openApp } from './operators-day/app.ts';

const jane = { actor: 'jane@acme.example' };
const orders = { tenant: 'acme', connection: 'sap', flow: 'orders' };
const catalogue = { ...orders, flow: 'catalogue' };
const hour = 3_600_000;
const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

/** Time goes on as it does, and leaps when the day does. */
let aheadMs = 0;
const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs };

const folder = mkdtempSync(join(tmpdir(), 'operators-day-'));
const stateFile = join(folder, 'state.db');
const backupFile = join(folder, 'backup.db');
const suppliers = new Map<string, string>();
const keys = [newKey('2026'), newKey('2027')] as const;
let environment: Record<string, string> = { STATE_URL: stateFile, COMMON_VAULT_KEY: keys[0] };
let sapBox: Awaited<ReturnType<typeof startSapSandbox>>;
let hubBox: Awaited<ReturnType<typeof startCommonSandbox>>;
let app: ReturnType<typeof openApp>;

beforeAll(async () => {
  sapBox = await startSapSandbox({ seed: 7, products: 50, purchaseOrders: 20 });
  hubBox = await startCommonSandbox({ seed: 7 });
});
afterAll(async () => {
  await app.close();
  await sapBox.close();
  await hubBox.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  app = openApp({ environment, suppliers, clock });
  await app.vault.verifyKeys();
  app.runner.start();
}

async function restart(change: Record<string, string> = {}): Promise<void> {
  await app.close();
  environment = { ...environment, ...change };
  await start();
}

/** The latest run of a flow, once it has ended or waits for its next try. */
async function ended(flow: typeof orders, id?: string): Promise<FlowRun> {
  for (;;) {
    const [run] = await app.runner.history(flow, { limit: 1 });
    const isTried = run !== undefined && run.status !== 'running' && run.attempt > 0;
    if (isTried && (id === undefined || run.id === id)) return run;
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

/** By hand: what `runner.run` answers, when it has ended. */
async function run(flow: typeof orders, options = {}): Promise<FlowRun> {
  const { id } = await app.runner.run({ ...flow, options });
  return ended(flow, id);
}

const letters = () => app.withOrders((sync) => sync.deadLetters.list({ limit: 1000 }));
const replay = () => app.withOrders((sync) => sync.deadLetters.replay());

/** What Common has, by the number of the order line. */
function onCommon(): readonly string[] {
  return [...hubBox.state.orders()].map((order) => String(order.po_number)).sort();
}

function expectNothingTwice(): void {
  expect(new Set(onCommon()).size).toBe(onCommon().length);
}

describe('an operator’s day', { timeout: 60_000 }, () => {
  let partial = 0;
  let all = 0;

  it('8:00 a connection is added: what is wrong is told before anything is stored', async () => {
    await start();
    const sap = {
      ...{ code: 'sap', type: 'sap', environment: 'test' },
      settings: { baseUrl: sapBox.url, client: '100', safetyLagMs: 0 },
      credentials: { kind: 'basic', username: 'COMM_USER', password: 'mistyped' },
    };
    const tested = { ...jane, testConnection: true };
    await expect(app.acme.create(sap, tested)).rejects.toMatchObject({
      code: 'ERR_CONNECTION_TEST_FAILED',
      message: expect.stringContaining('Check user and password'),
    });
    expect(await app.acme.list()).toEqual([]);
    const credentials = { ...sap.credentials, password: 'sandbox-password' };
    await app.acme.create({ ...sap, credentials }, tested);
    const { client_id: clientId, client_secret: clientSecret, company_id } = hubBox.settings;
    await app.acme.create(
      {
        ...{ code: 'common', type: 'common', environment: 'test' },
        settings: { baseUrl: hubBox.url, companyId: company_id, currency: 'EUR' },
        credentials: { kind: 'common-login', clientId, clientSecret },
      },
      tested,
    );
    expect((await app.acme.list()).map(({ code }) => code)).toEqual(['common', 'sap']);
  });

  it('9:00 flows are scheduled, and run; records that cannot be mapped hold nobody up', async () => {
    await app.acme.use('common', async (hub) => {
      for await (const { records } of hub.list('company')) {
        for (const { source, externalReference } of records as readonly {
          readonly source?: { readonly key: string };
          readonly externalReference?: string;
        }[]) {
          if (source && externalReference) suppliers.set(externalReference, source.key);
        }
      }
    });
    // Nobody told the app of this one.
    forget('17300001');
    await app.runner.schedule({ ...catalogue, cron: '0 * * * *', timeZone: 'Europe/Vienna' });
    await app.runner.schedule({ ...orders, cron: '30 * * * *', timeZone: 'Europe/Vienna' });
    await expect(app.acme.remove('sap', jane)).rejects.toMatchObject({
      code: 'ERR_CONNECTION_IN_USE',
      message: expect.stringContaining('the schedule of the flow catalogue'),
    });
    aheadMs += hour;
    expect(await ended(catalogue)).toMatchObject({
      ...{ status: 'done', cause: 'schedule' },
      counts: { inserted: 50 },
    });
    const first = await ended(orders);
    expect(first).toMatchObject({ status: 'done', cause: 'schedule' });
    expect(first.counts?.failed).toBeGreaterThan(0);
    expect((await letters()).length).toBe(first.counts?.failed);
    const [letter] = await letters();
    expect(letter).toMatchObject({
      stage: 'map',
      error: { code: 'ERR_MAPPING', message: expect.stringContaining('replay the dead letter') },
    });
    partial = onCommon().length;
    expect(partial).toBeGreaterThan(0);
  });

  it('10:00 the state is backed up while everything runs', async () => {
    const running = app.runner.run({ ...catalogue, options: { mode: 'full' } });
    await backupState({ path: stateFile, to: backupFile });
    await ended(catalogue, (await running).id);
  });

  it('11:00 a supplier is added, and what waited for it is replayed', async () => {
    remember('17300001');
    const report = await replay();
    expect(report).toMatchObject({ failed: 0 });
    expect(report.delivered).toBeGreaterThan(0);
    expect(await letters()).toEqual([]);
    all = onCommon().length;
    expect(all).toBeGreaterThan(partial);
    expectNothingTwice();
  });

  it('12:00 somebody changes the password in SAP: the run says so, and goes on with the new one', async () => {
    sapBox.actions.setPassword({ user: 'COMM_USER', password: 'sandbox-password-2' });
    expect(await run(orders)).toMatchObject({
      ...{ status: 'failed', attempt: 1, errorCode: 'ERR_AUTHENTICATION_FAILED' },
      errorMessage: expect.stringContaining('password'),
    });
    const next = { credentials: { password: 'sandbox-password-2' } };
    await app.acme.update('sap', next, { ...jane, testConnection: true });
    sapBox.actions.changeOrderQuantities({ count: 3 });
    expect(await run(orders)).toMatchObject({ status: 'done', counts: { updated: 3 } });
  });

  it('13:00 Common is down: the run waits for its next try, and by hand it is at once', async () => {
    sapBox.actions.changeOrderQuantities({ count: 4 });
    hubBox.faults.add({ kind: 'status', status: 503, times: 1000 });
    const waiting = await run(orders);
    expect(waiting).toMatchObject({ status: 'queued', attempt: 1 });
    expect(waiting.nextAt).toBeGreaterThan(clock.now());
    expect(waiting.errorMessage).toBeTruthy();
    hubBox.faults.clear();
    await app.runner.run(orders);
    await expect
      .poll(async () => (await app.runner.get({ tenant: 'acme', id: waiting.id }))?.status, {
        timeout: 20_000,
      })
      .toBe('done');
    expect(onCommon().length).toBe(all);
    expectNothingTwice();
  });

  it('14:00 the key of the vault is changed, and the old one taken away', async () => {
    await restart({ COMMON_VAULT_KEY: `${keys[1]},${keys[0]}` });
    const { failed, unusedKeyIds } = await app.vault.rotate();
    expect([failed, unusedKeyIds]).toEqual([[], ['2026']]);
    for (const keyId of unusedKeyIds) await app.vault.forgetKey(keyId);
    await restart({ COMMON_VAULT_KEY: keys[1] });
    expect(await app.acme.test('sap', jane)).toMatchObject({ ok: true });
    expect(await run(orders)).toMatchObject({ status: 'done' });
  });

  it('15:00 the disk is lost: this morning’s state finds what was done since, and nothing is twice', async () => {
    await app.close();
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(stateFile + end, { force: true });
    copyFileSync(backupFile, stateFile);
    // The key of the backup's time was taken away at 14:00; whoever keeps the backup keeps its key.
    await expect(start()).rejects.toMatchObject({ message: expect.stringContaining('2026') });
    await app.close();
    environment = { ...environment, COMMON_VAULT_KEY: `${keys[1]},${keys[0]}` };
    await start();
    // Its password is that of this morning.
    expect(await run(orders)).toMatchObject({ errorCode: 'ERR_AUTHENTICATION_FAILED' });
    const next = { credentials: { password: 'sandbox-password-2' } };
    await app.acme.update('sap', next, { ...jane, testConnection: true });
    // It looks first: all is read, although only the changes are asked for.
    expect(await run(orders)).toMatchObject({ status: 'done', counts: { failed: 0 } });
    expect(await letters()).toEqual([]);
    expect(onCommon().length).toBe(all);
    expectNothingTwice();
    expect(await run(catalogue, { mode: 'full' })).toMatchObject({ counts: { unchanged: 50 } });
    await app.vault.rotate();
    expect(await run(orders, { mode: 'full' })).toMatchObject({
      counts: { inserted: 0, updated: 0, failed: 0 },
    });
  });

  it('16:00 the state moves to PostgreSQL; the old place is closed, nothing is written again', async () => {
    const url = await (await fetch(inject('postgres'))).text();
    // Without a server another file stands for it.
    const isServer = url !== '';
    const place = isServer
      ? { STATE_URL: url, STATE_SCHEMA: `day_${randomBytes(6).toString('hex')}` }
      : { STATE_URL: join(folder, 'moved.db') };
    await app.close();
    const from = openStore({ url: stateFile });
    const to = openStore({ url: place.STATE_URL, schema: place.STATE_SCHEMA });
    const { rows } = await migrateState({ from, to });
    expect(rows).toBeGreaterThan(100);
    await from.close();
    await to.close();

    await expect(start()).rejects.toMatchObject({ code: 'ERR_STORE_MOVED' });
    await restart(place);
    expect((await app.runner.schedules('acme')).map(({ cron }) => cron).sort()).toEqual([
      '0 * * * *',
      '30 * * * *',
    ]);
    expect(await run(orders, { mode: 'full' })).toMatchObject({
      counts: { inserted: 0, updated: 0, failed: 0 },
    });
  });

  it('17:00 jobs move to pg-boss by configuration', async () => {
    const isServer = environment.STATE_SCHEMA !== undefined;
    await restart({ JOBS: isServer ? 'pg-boss' : 'sql' });
    sapBox.actions.changeOrderQuantities({ count: 4 });
    expect(await run(orders)).toMatchObject({ status: 'done', counts: { updated: 4 } });
    aheadMs += hour;
    expect((await ended(catalogue)).status).toBe('done');
    expect(onCommon().length).toBe(all);
    expectNothingTwice();
  });
});

const forgotten = new Map<string, string>();

function forget(number: string): void {
  const company = suppliers.get(number);
  if (company === undefined) throw new Error(`No supplier ${number}`);
  forgotten.set(number, company);
  suppliers.delete(number);
}

function remember(number: string): void {
  suppliers.set(number, forgotten.get(number) ?? '');
}
