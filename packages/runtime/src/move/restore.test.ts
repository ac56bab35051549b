import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSync, markRestored, reconcile, type SyncOptions } from '@common/connector-sync';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SqlStore } from '../sql-store.ts';
import { sqliteStore } from '../sqlite-store.ts';
import { tableTarget } from '../target/table-target.ts';
import { doublingErp } from '../testing/doubling-erp.ts';
import { editedSource } from '../testing/edited-source.ts';
import { backupState } from './backup-state.ts';
import { migrateState } from './migrate-state.ts';
import { reopenState } from './state-move.ts';

let folder: string;
const opened = new Map<string, SqlStore>();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'restore-'));
});
afterEach(async () => {
  for (const store of opened.values()) await store.close();
  opened.clear();
  rmSync(folder, { recursive: true, force: true });
});

let files = 0;
const file = () => {
  files += 1;
  return join(folder, `${files}.db`);
};

type Kind = Parameters<typeof doublingErp>[0] | 'table';

/** A flow whose state is a file, between a source and a target that live on. */
function world(kind: Kind, more: Partial<SyncOptions> = {}) {
  const source = editedSource();
  const erp = kind === 'table' ? undefined : doublingErp(kind);
  const link = { space: 'items', side: 'left' } as const;
  const targetOf = (store: SqlStore) => erp?.target ?? tableTarget({ store, table: 'item' });
  const syncOf = (store: SqlStore) =>
    createSync({
      id: 'items',
      entity: 'item',
      link,
      source: source.connector,
      target: targetOf(store),
      deletes: { detect: true },
      store,
      ...more,
    });
  const within = <Result>(path: string, work: (store: SqlStore) => Promise<Result>) => {
    const store = opened.get(path) ?? sqliteStore({ path });
    opened.set(path, store);
    return work(store);
  };
  return {
    texts: source.texts,
    within,
    async close() {
      for (const store of opened.values()) await store.close();
      opened.clear();
    },
    run: (path: string) =>
      within(path, async (store) => {
        const sync = syncOf(store);
        // Whoever empties the source of a test means it.
        await sync.approveDeletes({ atMost: 1000 });
        return sync.run({ mode: 'full' });
      }),
    letters: (path: string) => within(path, (store) => syncOf(store).deadLetters.list()),
    compare: (path: string) =>
      within(path, (store) =>
        reconcile({
          left: { from: source.connector, entity: 'item' },
          right: { from: targetOf(store), entity: 'item' },
          link: { store, space: 'items' },
        }),
      ),
    /** What is at the target, by number; a number that is there twice is named twice. */
    numbers: (path: string) =>
      within(path, async (store) => {
        if (erp !== undefined) return erp.records().map((record) => Object(record).number);
        const found: string[] = [];
        for await (const { records } of tableTarget({ store, table: 'item' }).list('item')) {
          found.push(...records.map((record) => Object(record).number));
        }
        return found;
      }),
  };
}

type World = ReturnType<typeof world>;

interface Edit {
  readonly op: 'create' | 'change' | 'remove' | 'run';
  readonly which: number;
}

const edits = fc.array(
  fc.record({
    op: fc.constantFrom('create', 'create', 'change', 'remove', 'run') as fc.Arbitrary<Edit['op']>,
    which: fc.nat(),
  }),
  { maxLength: 14 },
);

async function live({ texts, run }: World, path: string, list: readonly Edit[], prefix: string) {
  for (const [index, { op, which }] of list.entries()) {
    const known = [...texts.keys()];
    const key = known[which % Math.max(1, known.length)];
    if (op === 'run') await run(path);
    else if (op === 'create') texts.set(`${prefix}${index}`, `${prefix} ${index}`);
    else if (key !== undefined && op === 'remove') texts.delete(key);
    else if (key !== undefined) texts.set(key, `${prefix} ${index}`);
  }
}

/** Works, is backed up, works on, is restored, and runs. */
async function yesterdaysState(own: World, before: readonly Edit[], since: readonly Edit[]) {
  const path = file();
  const to = file();
  await live(own, path, before, 'a');
  await own.run(path);
  await backupState({ path, to });
  await live(own, path, since, 'b');
  const lost = await own.numbers(path);
  await own.run(to);
  return { path: to, lost };
}

describe('yesterday’s state, restored', () => {
  it.each([
    ['external-reference', {}],
    ['external-reference', { matchBy: 'number' }],
    ['native', { matchBy: 'number' }],
    ['none', { matchBy: 'number' }],
    ['table', {}],
  ] as const)(
    'whatever was done since, each record is there once: %s %j',
    async (kind, more) => {
      await fc.assert(
        fc.asyncProperty(edits, edits, async (before, since) => {
          const own = world(kind, more);
          const { path, lost } = await yesterdaysState(own, before, since);
          const numbers = await own.numbers(path);
          expect(new Set(numbers).size).toBe(numbers.length);
          // What was created and then deleted at the source, with nobody left who knows both, is all that may be there too.
          const orphans = numbers.filter((number) => !own.texts.has(number));
          expect(lost).toEqual(expect.arrayContaining(orphans));
          expect(await own.compare(path)).toMatchObject({
            compared: own.texts.size,
            missing: 0,
            different: 0,
            extra: orphans.length,
          });
          expect(await own.letters(path)).toEqual([]);
          // It has looked; nothing is left to do.
          const again = await own.run(path);
          expect(again).toMatchObject({ inserted: 0, updated: 0, deleted: 0, failed: 0 });
          await own.close();
        }),
        { numRuns: 10 },
      );
    },
    60_000,
  );

  it('a target that cannot tell gets nothing twice: what may be there waits for a person', async () => {
    await fc.assert(
      fc.asyncProperty(edits, edits, async (before, since) => {
        const own = world('none');
        const { path } = await yesterdaysState(own, before, since);
        const numbers = await own.numbers(path);
        expect(new Set(numbers).size).toBe(numbers.length);
        const letters = await own.letters(path);
        expect(letters.every(({ error }) => error.code === 'ERR_OUTCOME_UNKNOWN')).toBe(true);
        // Everything is there, or somebody is asked.
        const waiting = letters.map(({ key }) => key);
        expect([...numbers, ...waiting]).toEqual(expect.arrayContaining([...own.texts.keys()]));
        await own.run(path);
        expect(await own.numbers(path)).toEqual(numbers);
        await own.close();
      }),
      { numRuns: 10 },
    );
  }, 60_000);

  it('native keys find what has not changed since it was created', async () => {
    const own = world('native');
    const since = Array.from({ length: 12 }, () => ({ op: 'create', which: 0 }) as const);
    const { path } = await yesterdaysState(own, [], [...since, { op: 'run', which: 0 }]);
    expect((await own.numbers(path)).sort()).toEqual([...own.texts.keys()].sort());
  });

  it('a change that was made before is made again, although the vendor remembers its key', async () => {
    const own = world('native');
    const [path, to] = [file(), file()];
    own.texts.set('1', 'A');
    await own.run(path);
    await backupState({ path, to });
    for (const text of ['B', 'C']) {
      own.texts.set('1', text);
      await own.run(path);
    }
    own.texts.set('1', 'B');
    await own.run(to);
    expect(await own.compare(to)).toMatchObject({ compared: 1, different: 0 });
  });
});

describe('an older state that is not a copy of backupState', () => {
  const filled = async () => {
    const own = world('external-reference');
    const path = file();
    own.texts.set('1', 'A');
    await own.run(path);
    return { ...own, path };
  };

  it('is marked by hand', async () => {
    const { texts, within, numbers, run } = await filled();
    texts.set('2', 'B');
    const older = file();
    await within(older, (store) => markRestored({ store }));
    expect(await run(older)).toMatchObject({ inserted: 1, unchanged: 1 });
    expect(await numbers(older)).toEqual(['1', '2']);
  });

  it.each([undefined, 'default'])(
    'is marked when it is opened again after a move: %s',
    async (tenant) => {
      const { path, texts, run, numbers, within } = await filled();
      const place = file();
      await within(path, (from) =>
        within(place, (to) =>
          migrateState(tenant === undefined ? { from, to } : { from, to, tenant }),
        ),
      );
      texts.set('2', 'B');
      await run(place);
      const store = sqliteStore({ path });
      await reopenState(tenant === undefined ? { store } : { store, tenant });
      await store.close();
      await run(path);
      expect(await numbers(path)).toEqual(['1', '2']);
    },
  );

  it('takes its mark along when it moves, also one tenant’s', async () => {
    const { path, texts, run, numbers, within } = await filled();
    const backup = file();
    await backupState({ path, to: backup });
    texts.set('2', 'B');
    await run(path);
    const place = file();
    await within(backup, (from) =>
      within(place, (to) => migrateState({ from, to, tenant: 'default' })),
    );
    await run(place);
    expect(await numbers(place)).toEqual(['1', '2']);
  });
});
