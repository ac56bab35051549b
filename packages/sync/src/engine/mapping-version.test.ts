import { describe, expect, it } from 'vitest';
import { parseShadow } from '../digest/shadow.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { memoryStore } from '../state/memory-store.ts';
import { crashingProcess } from '../testing/crashing.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type Item, memoryConnector } from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';

const mapping = (version: string): Mapping<Item, Item> => ({
  version,
  clears: true,
  map: ({ source: _, ...item }) => ({
    record: { ...item, note: `by ${version}`, quantity: `by ${version}` },
  }),
});

function setUp() {
  const source = memoryConnector({ id: 'a' });
  const target = memoryConnector({ id: 'b' });
  const store = memoryStore();
  const clock = fakeClock();
  const sync = (version: string, through = store) =>
    createSync<Item, Item>({
      id: 'flow',
      source: source.connector,
      target: target.connector,
      entity: 'item',
      store: through,
      clock,
      random: () => 0.5,
      mapping: mapping(version),
    });
  const made = () =>
    [...target.live().values()].map(({ note, quantity }) => `${note}, ${quantity}`);
  const noted = async () => {
    const links = await store.transaction((state) =>
      state.links.list({ tenant: 'default', space: 'flow:flow' }, { limit: 100 }),
    );
    return links.map(({ rightShadow }) => parseShadow(rightShadow)?.mapping);
  };
  for (let number = 0; number < 8; number += 1) source.put(`s${number}`, { name: `${number}` });
  return { source, target, store, clock, sync, made, noted };
}

describe('a new version of a mapping', () => {
  it('writes every record again, changed or not, and each says which version made it', async () => {
    const { sync, made, noted } = setUp();
    expect(await sync('1').run()).toMatchObject({ mode: 'incremental', inserted: 8 });
    expect(await sync('1').run()).toMatchObject({ mode: 'incremental', read: 0 });
    expect(await sync('2').run()).toMatchObject({ mode: 'full', updated: 8 });
    expect(new Set(made())).toEqual(new Set(['by 2, by 2']));
    expect(new Set(await noted())).toEqual(new Set(['2']));
    expect(await sync('2').run()).toMatchObject({ mode: 'incremental', read: 0 });
  });

  it('no record is made of two versions, wherever the process dies and whatever comes next', async () => {
    for (let deathAt = 1; ; deathAt += 1) {
      const { sync, made, noted, store, clock } = setUp();
      await sync('1').run();
      const life = crashingProcess(deathAt);
      const died = await sync('2', life.store(store))
        .run()
        .then(
          () => false,
          () => true,
        );
      clock.advance(120_000);
      for (const record of made()) expect(['by 1, by 1', 'by 2, by 2']).toContain(record);
      await sync('3').run();
      expect(new Set(made())).toEqual(new Set(['by 3, by 3']));
      expect(new Set(await noted())).toEqual(new Set(['3']));
      if (!died) return;
    }
  });

  it('costs no write where it makes the same of a record', async () => {
    const { source, target, store, clock } = setUp();
    const same = (version: string) =>
      createSync<Item, Item>({
        id: 'same',
        source: source.connector,
        target: target.connector,
        entity: 'item',
        store,
        clock,
        mapping: { version, map: ({ source: _, ...item }) => ({ record: item }) },
      });
    await same('1').run();
    expect(await same('2').run()).toMatchObject({ mode: 'full', unchanged: 8, updated: 0 });
  });
});
