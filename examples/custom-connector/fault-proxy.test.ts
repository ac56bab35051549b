import { fakeClock, type ProxyFaults, startFaultProxy } from '@common/connector-testkit';
import { describe, expect, it } from 'vitest';
import { startAcmeSandbox } from './sandbox/acme-sandbox.ts';
import { acmeKey } from './src/acme-auth.ts';
import { acme } from './src/acme-connector.ts';

const apiKey = 'canary+acme/key=42';
const record = {
  productNumber: 'NEW-1',
  description: 'Hammer',
  baseUnit: { code: 'C62', vendorCode: 'PCE' },
};

/** ACME behind a line that can be disturbed. */
async function open(faults: ProxyFaults = {}) {
  const sandbox = await startAcmeSandbox({ apiKey, products: 8 });
  const clock = fakeClock();
  const proxy = await startFaultProxy({ target: sandbox.url, clock, faults });
  const auth = acmeKey(apiKey);
  const connector = acme({ baseUrl: proxy.url, auth, clock, random: () => 0.5 });
  const keys = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { records } of connector.list('product', { pageSize: 3 })) {
      found.push(...records.map(({ source }) => source?.key ?? ''));
    }
    return found;
  };
  const close = async (): Promise<void> => {
    await connector.disconnect();
    await proxy.close();
    await sandbox.close();
  };
  return { connector, proxy, sandbox, clock, keys, close };
}

describe('ACME over a bad line', () => {
  it('reads everything byte by byte, late and slowly', async () => {
    const { keys, close } = await open({ sliceBytes: 1, latencyMs: 200, jitterMs: 200 });
    expect(await keys()).toHaveLength(8);
    await close();
  });

  it('does not notice that the connections that it kept were reset between two calls', async () => {
    const { proxy, keys, close } = await open();
    await keys();
    const before = proxy.accepted;
    proxy.set({ down: true });
    proxy.set({});
    expect(await keys()).toHaveLength(8);
    expect(proxy.accepted).toBeGreaterThan(before);
    await close();
  });

  it('says what became of a write whose answer the line has cut off, and writes it once', async () => {
    const { connector, proxy, keys, close } = await open();
    const before = (await keys()).length;
    proxy.set({ resetAfterBytes: 0 });
    const [lost] = await connector.write('product', [{ op: 'upsert', record }]);
    expect(lost?.status).toBe('unknown');
    proxy.set({});
    expect(await keys()).toHaveLength(before + 1);
    await close();
  });

  it('ends at its time limit when the line goes silent, and works when it is mended', async () => {
    const { proxy, clock, keys, close } = await open();
    await keys();
    proxy.set({ isSilent: true });
    let isOver = false;
    const failed = keys().then(
      () => undefined,
      (error: unknown) => error,
    );
    void failed.then(() => {
      isOver = true;
    });
    while (!isOver) {
      clock.passNextLimit();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await failed).toMatchObject({ category: 'transient' });
    proxy.set({});
    expect(await keys()).toHaveLength(8);
    await close();
  });

  it('lets go of the line at once when a call is aborted', async () => {
    const { connector, proxy, keys, close } = await open();
    await keys();
    proxy.set({ isSilent: true });
    const controller = new AbortController();
    const reading = connector.get('product', '1001', { signal: controller.signal });
    const failed = expect(reading).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    controller.abort();
    await failed;
    await close();
  });
});
