import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from './command-line.ts';
import { nameUuid } from './common/name-uuid.ts';
import { simulators } from './simulators.ts';

const known = Object.keys(simulators).join(', ');

function start(...args: string[]) {
  const stop = new AbortController();
  let output = '';
  let errors = '';
  let announce = (): void => undefined;
  const announced = new Promise<void>((resolve) => {
    announce = resolve;
  });
  const exit = runCommandLine(args, {
    write(text) {
      output += text;
      announce();
    },
    writeError(text) {
      errors += text;
    },
    signal: stop.signal,
  });
  return { stop, exit, announced, output: () => output, errors: () => errors };
}

describe('connector-sandbox', () => {
  it('prints the URL and the demo credentials, serves until it is stopped', async () => {
    const run = start('common', '--records', '3', '--seed', '7');
    await run.announced;
    const url = /^common: (http:\/\/127\.0\.0\.1:\d+)$/m.exec(run.output())?.[1];
    expect(run.output()).toContain('COMMON_CLIENT_ID=common-demo\n');
    expect(run.output()).toContain('COMMON_CLIENT_SECRET=common-demo-secret\n');
    const health = await (await fetch(`${url}/__sandbox/health`)).json();
    expect(health).toMatchObject({ name: 'common', seed: 7 });
    expect(await (await fetch(`${url}/__sandbox/state/orders`)).json()).toHaveLength(3);
    run.stop.abort();
    expect(await run.exit).toBe(0);
    await expect(fetch(`${url}/__sandbox/health`)).rejects.toThrow('fetch failed');
  });

  it('orders in Common what SAP has', async () => {
    const run = start('common', 'sap', '--records', '30');
    await expect.poll(() => run.output(), { timeout: 20_000 }).toContain('  COMMON_COMPANY_ID=');
    const [sap, common] = [...run.output().matchAll(/: (http:\S+)/g)].map(([, url]) => url);
    const state = async (url: string | undefined, name: string) =>
      (await (await fetch(`${url}/__sandbox/state/${name}`)).json()) as never[];
    const products = (await state(sap, 'products')).map(
      ({ product }: { product: { Product: string; BaseUnit: string } }) => product,
    );
    const company = /COMMON_COMPANY_ID=(.*)/.exec(run.output())?.[1] ?? '';
    const units = new Map(
      products.map(({ Product, BaseUnit }) => [nameUuid(Product, company), BaseUnit]),
    );
    const orders = (await state(common, 'orders')) as { product_id: string; unit: string }[];
    expect(orders).toHaveLength(30);
    const kilograms = orders.filter(({ product_id: id }) => units.get(id) === 'KG');
    expect(new Set(kilograms.map(({ unit }) => unit))).toEqual(new Set(['KGM']));
    expect(orders.every(({ product_id: id }) => units.has(id))).toBe(true);
    run.stop.abort();
    await run.exit;
  });

  it('starts Salesforce on its addresses', async () => {
    const run = start('salesforce', '--records', '2');
    await run.announced;
    const setting = (name: string) => new RegExp(`  ${name}=(\\S+)`).exec(run.output())?.[1] ?? '';
    const token = await fetch(`${setting('SALESFORCE_MY_DOMAIN_URL')}/services/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: setting('SALESFORCE_CLIENT_ID'),
        client_secret: setting('SALESFORCE_CLIENT_SECRET'),
      }),
    });
    expect(await token.json()).toMatchObject({
      id: expect.stringContaining(setting('SALESFORCE_LOGIN_URL')),
    });
    run.stop.abort();
    expect(await run.exit).toBe(0);
  });

  it('starts several at once', async () => {
    const run = start('common', 'sap', '--records', '2');
    await expect.poll(() => run.output(), { timeout: 20_000 }).toContain('  COMMON_COMPANY_ID=');
    expect(run.output().match(/^(common|sap): http:/gm)).toHaveLength(2);
    run.stop.abort();
    expect(await run.exit).toBe(0);
  });

  it('injects faults by chance when asked to', async () => {
    const run = start('common', '--faults', '1');
    await run.announced;
    const url = /http:\S+/.exec(run.output())?.[0];
    const answers = await Promise.allSettled([fetch(`${url}/api/v1/companies`)]);
    const faults = await (await fetch(`${url}/__sandbox/faults`)).json();
    expect(answers[0]?.status === 'rejected' || answers[0]?.value.status !== 401).toBe(true);
    expect(faults).toMatchObject({ injected: { total: 1 } });
    run.stop.abort();
    await run.exit;
  });

  it('prints what a connector for QuickBooks needs', async () => {
    const run = start('quickbooks', '--records', '3');
    await run.announced;
    const setting = (name: string) => new RegExp(`${name}=(.*)`).exec(run.output())?.[1] ?? '';
    const [id, secret] = [setting('QUICKBOOKS_CLIENT_ID'), setting('QUICKBOOKS_CLIENT_SECRET')];
    const answer = await fetch(setting('QUICKBOOKS_TOKEN_URL'), {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: setting('QUICKBOOKS_REFRESH_TOKEN'),
      }),
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    const base = `${setting('QUICKBOOKS_BASE_URL')}/v3/company/${setting('QUICKBOOKS_REALM_ID')}`;
    const count = await fetch(`${base}/query?query=select count(*) from Invoice`, {
      headers: { accept: 'application/json', authorization: `Bearer ${access_token}` },
    });
    expect(await count.json()).toMatchObject({ QueryResponse: { totalCount: 3 } });
    run.stop.abort();
    await run.exit;
  });

  it('shows help', async () => {
    const run = start('--help');
    expect(await run.exit).toBe(0);
    expect(run.output()).toMatch(/Usage: connector-sandbox .*--port/s);
  });

  it.each([
    [['navision'], `There is no simulator "navision"; known: ${known}`],
    [[], `Name a simulator: ${known}`],
    [['common', '--port', 'eighty'], '--port: "eighty" is not a whole number from 0 to 65535'],
    [['common', '--faults', '5'], '--faults: "5" is not a number from 0 to 1'],
    [['common', 'sap', '--port', '65535'], '--port: 2 simulators need ports up to 65535'],
    [['common', '--records', '-3'], "Option '--records' takes no value with a dash"],
    [['common', '--colour'], "Unknown option '--colour'"],
  ])('refuses %j with a message that says what to do', async (args, message) => {
    const run = start(...args);
    expect(await run.exit).toBe(2);
    expect(run.errors()).toContain(message);
    expect(run.errors()).toContain('Try --help');
    expect(run.output()).toBe('');
  });

  it('says so when the port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const run = start('common', '--port', String(port));
    expect(await run.exit).toBe(1);
    expect(run.errors()).toBe(`Port ${port} is taken; choose another with --port\n`);
    server.close();
  });
});
