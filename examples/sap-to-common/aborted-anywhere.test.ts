import { createHook } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@common/connector-core';
import { createSeededRandom } from '@common/connector-sandbox';
import { startCommonSandbox } from '@common/connector-sandbox/common';
import { startSapSandbox } from '@common/connector-sandbox/sap';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApp } from './operators-day/app.ts';

const jane = { actor: 'jane@acme.example' };
const flows = ['catalogue', 'orders'].map((flow) => ({ tenant: 'acme', connection: 'sap', flow }));
const folder = mkdtempSync(join(tmpdir(), 'aborted-anywhere-'));
const environment = {
  STATE_URL: join(folder, 'state.db'),
  COMMON_VAULT_KEY: `2026:${randomBytes(32).toString('base64')}`,
};
let sapBox: Awaited<ReturnType<typeof startSapSandbox>>;
let hubBox: Awaited<ReturnType<typeof startCommonSandbox>>;
let app: ReturnType<typeof openApp>;
const open = () => openApp({ environment, suppliers: new Map(), clock: systemClock });

beforeAll(async () => {
  sapBox = await startSapSandbox({ seed: 7, products: 30, purchaseOrders: 5 });
  hubBox = await startCommonSandbox({ seed: 7 });
  app = open();
  const { client_id: clientId, client_secret: clientSecret, company_id } = hubBox.settings;
  await app.acme.create(
    {
      ...{ code: 'sap', type: 'sap', environment: 'test' },
      settings: { baseUrl: sapBox.url, client: '100', safetyLagMs: 0 },
      credentials: { kind: 'basic', username: 'COMM_USER', password: 'sandbox-password' },
    },
    jane,
  );
  await app.acme.create(
    {
      ...{ code: 'common', type: 'common', environment: 'test' },
      settings: { baseUrl: hubBox.url, companyId: company_id, currency: 'EUR' },
      credentials: { kind: 'common-login', clientId, clientSecret },
    },
    jane,
  );
});
afterAll(async () => {
  await app.close();
  await sapBox.close();
  await hubBox.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Does something as soon as so many promises were made since: somewhere in the middle of everything. */
function afterPromises(count: number, work: () => void): { stop(): void } {
  let left = count;
  const hook = createHook({
    init(_id, type) {
      if (type !== 'PROMISE') return;
      left -= 1;
      if (left === 0) queueMicrotask(work);
    },
  }).enable();
  return { stop: () => void hook.disable() };
}

const ways = {
  'the app is closed': async () => {
    await app.close();
    app = open();
  },
  'the runs are cancelled': async () => {
    for (const flow of flows) {
      const [run] = await app.runner.history(flow, { limit: 1 });
      if (run !== undefined) await app.runner.cancel({ tenant: 'acme', id: run.id });
    }
  },
  'the connection is changed': async () => {
    await app.acme.update('sap', { name: `SAP ${randomBytes(4).toString('hex')}` }, jane);
  },
};

// A promise that nobody awaits fails this file, whichever of its tests runs: vitest reports it.
describe('flows that are ended anywhere', { timeout: 120_000 }, () => {
  const random = createSeededRandom(1);
  const rounds = Object.keys(ways).flatMap((way) =>
    Array.from({ length: 8 }, () => [way as keyof typeof ways, random.integer(1, 4000)] as const),
  );

  it.each(rounds)(
    '%s after %i promises: nothing is left that nobody awaits',
    async (way, count) => {
      const unheard: unknown[] = [];
      const hear = (reason: unknown) => void unheard.push(reason);
      process.on('unhandledRejection', hear);
      const ended = Promise.withResolvers<void>();
      app.runner.start();
      const point = afterPromises(count, () => ended.resolve(ways[way]()));
      for (const flow of flows) await app.runner.run({ ...flow, options: { mode: 'full' } });
      const isOver = async () => {
        for (const flow of flows) {
          const [run] = await app.runner.history(flow, { limit: 1 });
          if (run?.endedAt === undefined && run?.nextAt === undefined) return false;
        }
        return true;
      };
      await ended.promise;
      point.stop();
      app.runner.start();
      await expect.poll(isOver, { timeout: 60_000 }).toBe(true);
      process.off('unhandledRejection', hear);
      expect(unheard).toEqual([]);
    },
  );
});
