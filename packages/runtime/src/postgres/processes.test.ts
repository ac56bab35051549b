import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tableTarget } from '../target/table-target.ts';
import { arrived, startChild, stopInPage, wakeLater } from '../testing/crash-parent.ts';
import { testPostgres } from '../testing/sql-stores.ts';

const records = 1000;
/** Longer than the slowest machine takes: it ends when the test says so. */
const leaseMs = 600_000;
const expected = Array.from({ length: records }, (_, number) => `Item ${number}`).sort();

const postgres = await testPostgres();
afterAll(() => postgres.close());

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'processes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Needs a server: processes cannot share PGlite. */
describe.runIf(postgres.url !== undefined)('processes that share a server', () => {
  function world(kind: 'native' | 'table') {
    const own = postgres.create();
    const store = { url: postgres.url ?? '', schema: postgres.schemaOf(own) };
    return {
      start: (options: Omit<Parameters<typeof startChild>[0], 'folder' | 'kind' | 'records'>) =>
        startChild({ folder, kind, records, store, ...options }),
      stop: () => stopInPage({ folder, kind, records, store, leaseMs }),
      /** As if so much time had passed that nobody has a lease any more. */
      endLeases: () =>
        own.database.transaction((db) => sql`update sync_lease set expires_at = 0`.execute(db)),
      async arrived(): Promise<readonly string[]> {
        if (kind === 'native') return arrived(folder, kind);
        const texts: string[] = [];
        for await (const page of tableTarget({ table: 'item', store: own }).list('item')) {
          texts.push(...page.records.map((record) => String((record as { text?: unknown }).text)));
        }
        return texts.sort();
      },
      async inserted(): Promise<number> {
        const flow = { tenant: 'default', flow: 'crash' };
        const runs = await own.transaction((state) => state.runs.list(flow, 100));
        return runs.reduce((sum, { counts }) => sum + counts.inserted, 0);
      },
    };
  }

  it.each(['native', 'table'] as const)(
    'lose and double nothing when they are killed with SIGKILL again and again: %s',
    async (kind) => {
      const { start, arrived, inserted } = world(kind);
      for (const pages of [1, 3, 5]) {
        const killed = start({
          onPage: (seen, child) => {
            // Not at once: somewhere in the next page.
            if (seen >= pages) setTimeout(() => child.kill('SIGKILL'), pages % 7);
          },
        });
        expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' });
      }
      expect(await start({}).ended).toMatchObject({ report: { failed: 0, resumed: true } });
      expect(await arrived()).toEqual(expected);
      expect(await inserted()).toBe(records);
      expect(await start({}).ended).toMatchObject({ report: { unchanged: records, inserted: 0 } });
    },
    120_000,
  );

  it.each(['native', 'table'] as const)(
    'are refused when they wake up after another took over: %s',
    async (kind) => {
      const { start, stop, endLeases, arrived, inserted } = world(kind);
      const zombie = await stop();
      const early = await start({ leaseMs }).ended;
      expect(early.errors).toContain('ERR_FLOW_BUSY');
      await endLeases();
      const next = await start({ leaseMs }).ended;
      expect(next).toMatchObject({ code: 0, report: { failed: 0, resumed: true } });
      expect(await arrived()).toEqual(expected);

      wakeLater(zombie, folder, leaseMs);
      const woken = await zombie.ended;
      expect(woken.errors).toContain('ERR_LEASE_LOST');
      expect(await arrived()).toEqual(expected);
      expect(await inserted()).toBe(records);
    },
    120_000,
  );
});
