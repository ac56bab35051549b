import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { killRun, zombieRun } from './crash-runs.ts';
import { type CrashStore, sqliteFiles } from './crash-stores.ts';
import { createCrashTarget } from './crash-target.ts';

// A dozen processes are started; on a busy machine that takes a while.
vi.setConfig({ testTimeout: 120_000 });

const quiet = { seed: 7, progress: () => {} };
const clean = { lost: 0, doubled: 0, stuck: 0, errors: [], pass: true };

/** Of the server of the test run. */
const url = await (await fetch(inject('postgres'))).text();
let sqlite: CrashStore;
beforeAll(() => {
  sqlite = sqliteFiles();
});
afterAll(() => sqlite.close());

// The small form of `npm run crash`: real processes, real HTTP, stores on disk.
describe('syncing processes whose vendors fail', () => {
  it('may be killed at any moment: SQLite', async () => {
    const sizes = { records: 800, kills: 3, engine: 'in-process', workers: 1 } as const;
    const run = await killRun({ ...quiet, ...sizes, store: sqlite });
    expect(run).toMatchObject({ ...clean, store: 'SQLite', kills: 3 });
    expect(run.faults).toBeGreaterThan(0);
    expect(run.changed).toBeGreaterThan(0);
  });

  // PGlite is of one process; CI requires a server.
  it.runIf(url !== '')('may be several, and killed: PostgreSQL', async () => {
    const schema = `crash_${crypto.randomUUID()}`;
    const store: CrashStore = {
      name: 'PostgreSQL',
      place: async () => ({ storeUrl: url, schema }),
      close: async () => {},
    };
    const sizes = { records: 800, kills: 3, engine: 'leases', workers: 2 } as const;
    const run = await killRun({ ...quiet, ...sizes, store });
    expect(run).toMatchObject({ ...clean, store: 'PostgreSQL', kills: 3 });
  });

  it('may be stopped past their lease: they are refused', async () => {
    const run = await zombieRun({ ...quiet, records: 1200, zombies: 2, store: sqlite });
    expect(run).toMatchObject({ ...clean, zombies: 2, refused: 2 });
  });
});

describe('the check', () => {
  it('finds what is doubled: targets that say they know keys, and do not', async () => {
    const sizes = { records: 600, kills: 0, engine: 'in-process', workers: 1 } as const;
    const control = { isForgetful: true, faultRate: 0.3 };
    const run = await killRun({ ...quiet, ...sizes, ...control, store: sqlite });
    expect(run.doubled).toBeGreaterThan(0);
    expect(run.pass).toBe(false);
  });

  it('finds what is lost, stale, doubled or made up', () => {
    const target = createCrashTarget('external-reference');
    const create = (origin: string, text: string) =>
      target.apply({ op: 'upsert', reference: `r-${origin}`, fields: { origin, text } }, 'test');
    const row = (id: string, text: string, isDeleted = false) =>
      [id, { id, text, tick: 1, isDeleted }] as const;
    create('same', '1');
    create('stale', '1');
    create('gone', '1');
    create('twice', '1');
    target.apply({ op: 'delete', key: create('twice', '1').key }, 'test');
    create('twice', '1');
    create('unknown', '1');
    const rows = [row('same', '1'), row('stale', '2'), row('gone', '1', true)];
    const judged = target.judge(new Map([...rows, row('missing', '1'), row('twice', '1')]));
    // Stale, gone, missing; twice made three times, and one of no source.
    expect(judged).toMatchObject({ lost: 3, doubled: 3 });
  });
});
