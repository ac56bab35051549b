import type { EntityCapabilities } from '@common/connector-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import { crashingProcess } from '../testing/crashing.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { memoryConnector, type WriteFault } from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';

const flowKey = { tenant: 'default', flow: 'flow' };

interface Life {
  /** What becomes of the writes of this life, in turn; all others are well. */
  readonly faults: readonly (WriteFault | undefined)[];
  /** Turns of the event loop that the answers of this life take. */
  readonly delays: readonly number[];
  readonly deathAt: number | undefined;
  readonly abortAt: number | undefined;
}

/** A target whose answers come late and in another order, and lives that end by a kill or an abort. */
function createWorld(
  idempotency: 'native' | 'external-reference' | 'none',
  more: Partial<EntityCapabilities>,
) {
  let process = crashingProcess(Number.POSITIVE_INFINITY);
  let controller = new AbortController();
  let life: Partial<Life> = {};
  let writes = 0;
  let calls = 0;
  const taken = new Set<string>();
  const crashPoint = () => {
    if (process.steps() >= (life.abortAt ?? Number.POSITIVE_INFINITY)) controller.abort();
    process.step();
  };
  const pageSize = more.bulkFrom === undefined ? 4 : 2;
  const source = memoryConnector({ id: 'a', pageSize, crashPoint });
  const target = memoryConnector({
    id: 'b',
    crashPoint,
    capabilities: { idempotency, ...more },
    fault({ op, idempotencyKey = '' }) {
      const next = life.faults?.[writes++];
      // A vendor with idempotency keys does not refuse what it has taken.
      if (next === 'rejected' && taken.has(idempotencyKey)) return undefined;
      if (op === 'upsert' && (next === undefined || next === 'lost')) taken.add(idempotencyKey);
      return next;
    },
  });
  const { write } = target.connector;
  target.connector.write = async (...call: Parameters<typeof write>) => {
    const turns = life.delays?.[calls++ % (life.delays.length || 1)] ?? 0;
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    return write(...call);
  };
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
      life = next;
      writes = 0;
      calls = 0;
      process = crashingProcess(next.deathAt ?? Number.POSITIVE_INFINITY);
      controller = new AbortController();
      await sync(process.store(store))
        .run({ signal: controller.signal })
        .catch(() => undefined);
      clock.advance(120_000);
    },
  };
}

const edit = fc.record({
  key: fc.integer({ min: 1, max: 8 }),
  value: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 5 }),
});
const life = fc.record({
  edits: fc.array(edit, { minLength: 1, maxLength: 8 }),
  faults: fc.array(
    fc.constantFrom<WriteFault | undefined>(
      undefined,
      undefined,
      'lost',
      'lost',
      'not-sent',
      'busy',
      'rejected',
      'unauthorized',
    ),
    { maxLength: 12 },
  ),
  delays: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 5 }),
  deathAt: fc.option(fc.integer({ min: 5, max: 50 }), { nil: undefined, freq: 2 }),
  abortAt: fc.option(fc.integer({ min: 5, max: 50 }), { nil: undefined, freq: 2 }),
});

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
        for (const { edits, ...next } of lives) {
          for (const { key, value } of edits) {
            // The name is the record's own, so that two of one are noticed.
            if (value !== undefined) {
              source.put(`s${key}`, { name: `Item ${key}`, quantity: `${value}.000` });
            } else if (source.live().has(`s${key}`)) source.remove(`s${key}`);
          }
          await live(next);
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
