import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type CommonSandbox, startCommonSandbox } from '@common/connector-sandbox/common';
import { startSapSandbox } from '@common/connector-sandbox/sap';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

type SapSandbox = Awaited<ReturnType<typeof startSapSandbox>>;

let folder: string;
let erp: SapSandbox;
let hub: CommonSandbox;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'real-systems-'));
  erp = await startSapSandbox({ products: 40, purchaseOrders: 30 });
  const products = Array.from(erp.state.products(), ({ product }) => product)
    .filter(({ BaseUnit }) => BaseUnit === 'EA')
    .map(({ Product }) => String(Product));
  hub = await startCommonSandbox({ records: 40, products });
});

afterEach(async () => {
  await Promise.all([erp.close(), hub.close()]);
  rmSync(folder, { recursive: true, force: true });
});

function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, ['--conditions=@common/source', main, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      SAP_BASE_URL: erp.url,
      SAP_CLIENT: '100',
      SAP_USERNAME: 'COMM_USER',
      SAP_PASSWORD: 'sandbox-password',
      // As in a copy of .env.example that was not filled in whole.
      SAP_COMPANY_CODE: '',
      COMMON_API_BASE_URL: hub.url,
      COMMON_CLIENT_ID: 'common-demo',
      COMMON_CLIENT_SECRET: 'common-demo-secret',
      COMMON_COMPANY_ID: hub.settings.company_id,
      COMMON_CURRENCY: '',
      ...environment,
    },
  });
  const end = Promise.all([once(child, 'close'), text(child.stderr)]).then(([[code], err]) => ({
    code,
    err,
  }));
  return { child, end };
}

const run = (args: readonly string[], environment?: Readonly<Record<string, string>>) =>
  start(args, environment).end;

const everything = () =>
  JSON.stringify([
    [...erp.state.products()],
    [...erp.state.purchaseOrders()],
    hub.state.orders(),
    hub.state.updates(),
  ]);

describe('the main job on real systems', () => {
  it('writes nothing, and takes nothing off a queue, unless it is told to apply', async () => {
    const before = everything();
    const { code, err } = await run([]);
    expect(err).toContain('Dry run: nothing is written');
    expect(err).toMatch(/3 Common orders to SAP +40 read, 40 to insert/);
    expect(everything()).toBe(before);
    expect(code).toBe(0);
  }, 60_000);

  it('goes on after kill -9 in either direction, and has nothing to do the next time', async () => {
    const first = start(['--apply']);
    await expect.poll(() => hub.state.orders().length, { timeout: 30_000 }).toBeGreaterThan(50);
    first.child.kill('SIGKILL');
    await first.end;
    // Else all orders may be there before anybody can kill it.
    const match = { method: 'POST', path: /PurchaseOrder/ };
    erp.faults.add({ match, kind: 'slow-headers', delayMs: 100, times: 1_000 });
    const second = start(['--apply']);
    const createdInSap = () => erp.state.counters().createdPurchaseOrders;
    await expect.poll(createdInSap, { timeout: 30_000 }).toBeGreaterThan(5);
    second.child.kill('SIGKILL');
    await second.end;
    erp.faults.clear();

    const third = await run(['--apply']);
    expect(third.err).toContain('Common orders to SAP, going on');
    expect(third.code).toBe(0);
    expect(createdInSap()).toBe(40);
    const numbers = hub.state.orders().map(({ po_number }) => po_number);
    expect(new Set(numbers).size).toBe(numbers.length);

    const before = everything();
    const fourth = await run(['--apply']);
    expect(fourth.err).not.toMatch(/[1-9]\d* (inserted|updated|failed)/);
    expect(everything()).toBe(before);
    expect(fourth.code).toBe(0);
  }, 120_000);

  it.each([
    [{ SAP_PASSWORD: 'canary' }, 1, 'SAP does not accept the sign-in'],
    [{ COMMON_CLIENT_SECRET: 'canary' }, 1, 'COMMON_CLIENT_SECRET'],
    [{ SAP_BASE_URL: 'http://127.0.0.1:9' }, 1, 'refuses connections'],
    [{ SAP_CLIENT: 'one' }, 2, 'client: must be three digits'],
    [{ COMMON_COMPANY_ID: 'us' }, 2, 'companyId: must be a UUID'],
    [{ COMMON_CLIENT_ID: '' }, 2, 'COMMON_CLIENT_ID is not set'],
  ])(
    'says what is wrong with %j',
    async (environment, exit, message) => {
      const { code, err } = await run(['--apply'], environment as Record<string, string>);
      expect(err).toContain(message);
      expect(err).not.toMatch(/canary|sandbox-password|demo-secret|\n {4}at /);
      expect(code).toBe(exit);
    },
    30_000,
  );

  it('refuses orders in another currency, and says which setting it is', async () => {
    const { code, err } = await run(['--apply'], { COMMON_CURRENCY: 'USD' });
    expect(err).toContain('The order is in EUR, but amounts on Common are in USD');
    expect(err).toContain('COMMON_CURRENCY');
    expect(err).toContain('records could not be synced');
    expect(code).toBe(1);
  }, 60_000);
});
