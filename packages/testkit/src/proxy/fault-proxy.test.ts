import { manualClock } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { proofHarness } from '../proof/proof-harness.ts';
import { listKeys } from '../reading.ts';
import { runConformance } from '../run-conformance.ts';
import { createHastyClock } from '../stage/hasty-clock.ts';
import { createRecordingLogger } from '../stage/recording-logger.ts';
import { until } from '../stage/stage.ts';
import { type ProxyFaults, startFaultProxy } from './fault-proxy.ts';

const harness = proofHarness();

async function open(faults: ProxyFaults = {}, proxyClock = createHastyClock()) {
  const sandbox = await harness.start({
    entity: 'product',
    records: 8,
    pageSize: 3,
    simultaneous: false,
  });
  const clock = createHastyClock();
  const proxy = await startFaultProxy({
    target: sandbox.url,
    faults,
    clock: proxyClock,
    random: () => 1,
  });
  const connector = await harness.create({
    baseUrl: proxy.url,
    credentials: 'good',
    pageSize: 3,
    clock,
    random: () => 0.5,
    logger: createRecordingLogger(),
  });
  const close = async (): Promise<void> => {
    await connector.disconnect();
    await proxy.close();
    await sandbox.close();
  };
  return { connector, proxy, sandbox, clock, proxyClock, close };
}

describe('a connector behind the proxy', () => {
  it.each<[string, ProxyFaults]>([
    ['nothing', {}],
    ['single bytes', { sliceBytes: 1 }],
    ['latency that varies', { latencyMs: 200, jitterMs: 200 }],
    ['a slow line in small pieces', { bytesPerSecond: 2_000, sliceBytes: 16 }],
  ])('reads everything through %s', async (_name, faults) => {
    const { connector, proxyClock, close } = await open(faults);
    expect(await listKeys(connector as never, 'product')).toHaveLength(8);
    const waited = proxyClock.waits.reduce((sum, wait) => sum + wait, 0);
    if (faults.latencyMs !== undefined) expect(waited).toBeGreaterThanOrEqual(400 * 8);
    if (faults.bytesPerSecond !== undefined) expect(waited).toBeGreaterThan(500);
    await close();
  });

  it.each<[string, ProxyFaults]>([
    ['is reset in the middle of an answer', { resetAfterBytes: 40 }],
    ['ends in the middle of an answer', { truncateAfterBytes: 40 }],
    ['is down', { down: true }],
  ])(
    'fails with a code when the line %s, and works again when it is mended',
    async (_name, bad) => {
      const { connector, proxy, close } = await open();
      await listKeys(connector as never, 'product');
      proxy.set({ ...bad });
      // Connections that were kept open have passed more bytes than that already.
      await expect(listKeys(connector as never, 'product')).rejects.toMatchObject({
        code: 'ERR_NETWORK',
      });
      proxy.set({});
      expect(await listKeys(connector as never, 'product')).toHaveLength(8);
      await close();
    },
  );

  it('runs into its own time limit when the line goes silent', async () => {
    const { connector, proxy, clock, close } = await open();
    await listKeys(connector as never, 'product');
    proxy.set({ isSilent: true });
    const reading = expect(listKeys(connector as never, 'product')).rejects.toMatchObject({
      code: 'ERR_NETWORK',
    });
    let isOver = false;
    void reading.finally(() => (isOver = true));
    await until(() => {
      clock.passNextLimit();
      return isOver;
    }, 'The read hangs');
    await reading;
    proxy.set({});
    await close();
  });

  it('lets go of the line when a call is aborted', async () => {
    const { connector, proxy, close } = await open({ isSilent: true });
    const controller = new AbortController();
    const reading = connector.get('product', '101', { signal: controller.signal });
    const failed = expect(reading).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    await until(() => proxy.accepted > 0, 'No connection came');
    controller.abort();
    await failed;
    await close();
  });
});

describe('the proxy', () => {
  it('holds bytes back until the clock says so', async () => {
    const clock = manualClock(0);
    const { proxy, close } = await open({ latencyMs: 1_000 }, clock as never);
    let status = 0;
    const asked = fetch(`${proxy.url}/token`).then((answer) => (status = answer.status));
    await until(() => clock.sleeping > 0, 'Nothing was held back');
    expect(status).toBe(0);
    await clock.advance(1_000);
    await until(() => clock.sleeping > 0, 'The answer was not held back');
    await clock.advance(1_000);
    await asked;
    expect(status).toBeGreaterThan(0);
    await close();
  });

  it('lets the whole suite pass through a line of single bytes', async () => {
    const report = await runConformance({
      ...harness,
      async start(setup) {
        const sandbox = await harness.start(setup);
        const proxy = await startFaultProxy({ target: sandbox.url, faults: { sliceBytes: 1 } });
        const close = async (): Promise<void> => {
          await proxy.close();
          await sandbox.close();
        };
        // Links of the sandbox name the host that was asked.
        return { ...sandbox, url: proxy.url, close };
      },
    });
    const failed = report.behaviours.filter(({ result }) => result === 'failed');
    expect(failed.map(({ id }) => id)).toEqual([]);
  });
});
