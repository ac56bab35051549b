import type { EntityCapabilities } from '@common/connector-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { anyLife, createLives, type Life } from '../testing/lives.ts';
import { memoryConnector } from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';

const flowKey = { tenant: 'default', flow: 'flow' };

/** A target whose answers come late and in another order, and lives that end by a kill or an abort. */
function createWorld(
  idempotency: 'native' | 'external-reference' | 'none',
  more: Partial<EntityCapabilities>,
) {
  const lives = createLives();
  const { crashPoint, fault } = lives;
  const pageSize = more.bulkFrom === undefined ? 4 : 2;
  const source = memoryConnector({ id: 'a', pageSize, crashPoint });
  const target = memoryConnector({
    id: 'b',
    crashPoint,
    capabilities: { idempotency, ...more },
    fault,
  });
  lives.disturb(target);
  const store = memoryStore();
  const clock = fakeClock();
  const sync = (through: typeof store) =>
    createSync({
      id: 'flow',
      source: source.connector,
      target: target.connector,
      entity: 'item',
      store: through,
      clock,
      random: () => 0.5,
      writeConcurrency: 3,
      writeRetries: 2,
      deletes: { maxCount: 100 },
    });
  return {
    source,
    target,
    letters: () => store.transaction((state) => state.deadLetters.list(flowKey, {})),
    journal: () => store.transaction((state) => state.journal.list(flowKey)),
    async replayRefused(): Promise<void> {
      const { deadLetters } = sync(store);
      for (const { id, error } of await deadLetters.list()) {
        if (error.code !== 'ERR_OUTCOME_UNKNOWN') await deadLetters.replay(id);
      }
    },
    async live(next: Partial<Life> = {}): Promise<void> {
      await lives.live(next, store, (through, signal) => sync(through).run({ signal }));
      clock.advance(120_000);
    },
  };
}

const edit = fc.record({
  key: fc.integer({ min: 1, max: 8 }),
  value: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 5 }),
});
const life = fc.record({ edits: fc.array(edit, { minLength: 1, maxLength: 8 }), what: anyLife });

describe.each([
  ['native', 'page by page', {}],
  ['native', 'several pages at once', { bulkFrom: 3, maxBatchSize: 8 }],
  ['external-reference', 'page by page', {}],
  ['none', 'page by page', {}],
] as const)('whatever becomes of writes and of the process: %s, %s', (idempotency, _how, more) => {
  it('at rest each record is there once and as it is at the source, or a person is asked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 5 }), async (lives) => {
        const { source, target, letters, journal, replayRefused, live } = createWorld(
          idempotency,
          more,
        );
        for (const { edits, what } of lives) {
          for (const { key, value } of edits) {
            // The name is the record's own, so that two of one are noticed.
            if (value !== undefined) {
              source.put(`s${key}`, { name: `Item ${key}`, quantity: `${value}.000` });
            } else if (source.live().has(`s${key}`)) source.remove(`s${key}`);
          }
          await live(what);
          const names = [...target.live().values()].map(({ name }) => name);
          expect(new Set(names).size).toBe(names.length);
        }
        // What was refused for good is mended at the source.
        for (const [key, record] of source.live()) source.put(key, { ...record, note: 'mended' });
        for (let round = 0; round < 3; round += 1) await live();
        await replayRefused();
        expect(await journal()).toEqual([]);
        const inDoubt = new Set((await letters()).map(({ key }) => key));
        if (idempotency !== 'none') expect(inDoubt).toEqual(new Set());
        const shown = ({ name, quantity }: { name: string; quantity?: string }) =>
          `${name}: ${quantity}`;
        const wanted = [...source.live()].filter(([key]) => !inDoubt.has(key));
        const there = [...target.live().values()].filter(
          ({ name }) => !inDoubt.has(name.replace('Item ', 's')),
        );
        expect(there.map(shown).sort()).toEqual(wanted.map(([, record]) => shown(record)).sort());
      }),
      { numRuns: 100 },
    );
  });
});
