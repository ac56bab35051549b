import { setTimeout } from 'node:timers/promises';
import { ConnectorError, type WriteChange, type WriteResult } from '@common/connector-core';
import { createSync, type SyncTarget } from '@common/connector-sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableTarget } from '../target/table-target.ts';
import { type Numbered, numberSource } from '../testing/number-source.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../testing/postgres-server.ts';
import { postgresStore } from './postgres-store.ts';

const bin = findPostgres();
const count = 3000;

/** An ERP that makes one object per idempotency key; one of ten answers is lost. */
function erp() {
  const objects = new Map<string, string>();
  let writes = 0;
  const target: SyncTarget = {
    idempotency: 'native',
    maxBatchSize: 50,
    async write(_entity, changes: readonly WriteChange[]) {
      await setTimeout(5);
      return changes.map(({ idempotencyKey = '' }): WriteResult => {
        const key = objects.get(idempotencyKey) ?? `erp-${objects.size}`;
        objects.set(idempotencyKey, key);
        writes += 1;
        if (writes % 10 !== 0) return { status: 'created', key };
        const error = new ConnectorError({
          code: 'ERR_NETWORK',
          category: 'transient',
          outcomeUnknown: true,
          message: 'The answer was lost.',
        });
        return { status: 'unknown', error };
      });
    },
  };
  return { objects, target };
}

/** Needs a server of its own: it is restarted under the others otherwise. */
describe.runIf(bin !== undefined)('a server that is restarted while a flow runs', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ bin: bin ?? '' });
  });
  afterAll(() => server.close());

  it.each([
    ['in order', 'fast', 'erp'],
    ['by a crash', 'immediate', 'erp'],
    ['by a crash, with the table in the same database', 'immediate', 'table'],
  ] as const)(
    '%s: nothing is lost, nothing doubled, no run fails',
    async (what, mode, kind) => {
      const store = postgresStore({ url: server.url, schema: what });
      const hub = erp();
      const table = tableTarget<Numbered>({ store, table: 'item' });
      let pages = 0;
      let restarts = 0;
      let restarting: Promise<void> = Promise.resolve();
      const sync = createSync<Numbered, Numbered>({
        id: 'items',
        source: numberSource({ count, pageSize: 100 }),
        target: kind === 'erp' ? hub.target : table,
        entity: 'item',
        store,
        // The server goes away in the middle of whatever comes next.
        onProgress() {
          pages += 1;
          if (pages % 8 !== 0) return;
          restarts += 1;
          restarting = restarting.then(() => server.restart(mode));
        },
        clock: { now: Date.now, sleep: (ms, signal) => setTimeout(ms / 20, undefined, { signal }) },
      });
      const report = await sync.run({ mode: 'full' });
      await restarting;
      expect(restarts).toBeGreaterThan(2);
      expect(report).toMatchObject({ read: count, failed: 0 });
      const arrived = kind === 'erp' ? hub.objects.size : await table.count();
      expect(arrived).toBe(count);
      const again = await sync.run({ mode: 'full' });
      expect(again).toMatchObject({ unchanged: count, inserted: 0, updated: 0 });
      const runs = await sync.runs();
      expect(runs.map(({ status }) => status)).toEqual(['done', 'done']);
      expect(runs.reduce((sum, { counts }) => sum + counts.inserted, 0)).toBe(count);
      await store.close();
    },
    120_000,
  );
});
