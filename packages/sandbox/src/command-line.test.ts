import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from './command-line.ts';

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

  it('starts several at once', async () => {
    const run = start('common', 'sap', '--records', '2');
    await expect.poll(() => run.output()).toContain('  SAP_PASSWORD=');
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

  it('shows help', async () => {
    const run = start('--help');
    expect(await run.exit).toBe(0);
    expect(run.output()).toMatch(/Usage: connector-sandbox .*--port/s);
  });

  it.each([
    [['navision'], 'There is no simulator "navision"; known: common, sap'],
    [[], 'Name a simulator: common, sap'],
    [['common', '--port', 'eighty'], '--port: "eighty" is not a whole number from 0 to 65535'],
    [['common', '--faults', '5'], '--faults: "5" is not a number from 0 to 1'],
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
    const run = start('common', '--port', String((server.address() as AddressInfo).port));
    expect(await run.exit).toBe(1);
    expect(run.errors()).toBe('The port is taken; choose another with --port\n');
    server.close();
  });
});
