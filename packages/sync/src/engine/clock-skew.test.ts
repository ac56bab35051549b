import { ConnectorError } from '@common/connector-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import { crashingProcess } from '../testing/crashing.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { memoryConnector } from '../testing/memory-connector.ts';
import { longestCommit, type SourceKind, simulatedSource } from '../testing/simulated-source.ts';
import { createSync } from './create-sync.ts';

// Two sources with clocks of their own, and ours, which jumps. The engine goes by none of them.

const minutes = 60;
const widestSkew = 10 * minutes;
const years = 30 * 365 * 24 * 60 * minutes;

type Source = ReturnType<typeof simulatedSource>;

function createWorld(sources: readonly [Source, Source]) {
  const target = memoryConnector({ id: 'b', capabilities: { idempotency: 'native' } });
  const store = memoryStore();
  const clock = fakeClock();
  const flow = (index: 0 | 1, through = store) =>
    createSync({
      id: `flow-${index}`,
      source: sources[index].connector,
      target: target.connector,
      entity: 'item',
      store: through,
      clock,
      random: () => 0.5,
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      deletes: { maxCount: 1000 },
    });

  async function run(
    index: 0 | 1,
    options: { readonly deathAt?: number; readonly mode?: 'full' | 'incremental' } = {},
  ): Promise<{ readonly written: number }> {
    const { deathAt = Number.POSITIVE_INFINITY, mode = 'incremental' } = options;
    const life = crashingProcess(deathAt);
    await flow(index).approveDeletes({ atMost: 1000 });
    try {
      const report = await flow(index, life.store(store)).run({ mode });
      return { written: report.inserted + report.updated + report.deleted };
    } catch (error) {
      if (ConnectorError.isInstance(error) && error.code === 'ERR_FLOW_BUSY') {
        // A clock that was set back makes a dead process look alive for longer.
        clock.advance((error.retryAfterMs ?? 0) + 1);
        return run(index, options);
      }
      if (!life.isDead()) throw error;
      return { written: 0 };
    } finally {
      clock.advance(1000);
    }
  }
  return { target, clock, run };
}

const source = fc.constantFrom<0 | 1>(0, 1);
const key = fc.integer({ min: 0, max: 5 }).map((number) => `k${number}`);
const value = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined });
const change = fc.record({
  source,
  key,
  value,
  lateBy: fc.integer({ min: 0, max: longestCommit }),
  // A wrong date, or another server of the vendor whose clock is fast.
  aheadBy: fc.constantFrom(0, 0, 0, 0, widestSkew + 1, years),
});
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ change }) },
  { weight: 2, arbitrary: fc.record({ seconds: fc.integer({ min: 0, max: 8 }) }) },
  { weight: 1, arbitrary: fc.record({ seconds: fc.constant(widestSkew * 2) }) },
  { weight: 2, arbitrary: fc.record({ jump: fc.integer({ min: -widestSkew, max: widestSkew }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      source,
      deathAt: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
      isFull: fc.boolean(),
      meanwhile: fc.array(change, { maxLength: 3 }),
      page: fc.integer({ min: 1, max: 4 }),
    }),
  },
);

const kinds: readonly SourceKind[] = ['keyset with lag', 'keyset with overlap', 'search by key'];
const skew = fc.integer({ min: -widestSkew, max: widestSkew });

describe.each(kinds)('sources whose clocks are minutes off, read by %s', (kind) => {
  it('lose nothing, and a record of the future hides nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(skew, skew),
        fc.array(command, { maxLength: 30 }),
        async (skews, commands) => {
          const sources = [
            simulatedSource(kind, { skew: skews[0] }),
            simulatedSource(kind, { skew: skews[1] }),
          ] as const;
          const { target, clock, run } = createWorld(sources);
          const apply = (made: {
            readonly source: 0 | 1;
            readonly key: string;
            readonly value: string | undefined;
            readonly lateBy: number;
            readonly aheadBy: number;
          }) => {
            const name = `${made.source} ${made.key} ${made.value}`;
            sources[made.source].put(made.key, made.value === undefined ? undefined : name, made);
          };
          for (const step of commands) {
            if ('change' in step) apply(step.change);
            else if ('seconds' in step) for (const one of sources) one.pass(step.seconds);
            else if ('jump' in step) clock.advance(step.jump * 1000);
            else {
              const { deathAt, isFull, meanwhile, page } = step;
              sources[step.source].beforePage(page, () => meanwhile.forEach(apply));
              await run(step.source, {
                ...(deathAt === undefined ? {} : { deathAt }),
                mode: isFull ? 'full' : 'incremental',
              });
              sources[step.source].beforePage(0, () => undefined);
            }
          }
          for (const one of sources) one.pass(longestCommit * 2);
          for (const index of [0, 1, 0, 1] as const) await run(index);
          const arrived = [...target.live().values()].map(({ name }) => name).sort();
          expect(arrived).toEqual(sources.flatMap((one) => one.live()).sort());
          // What is shown in every read because of its time is not written in every run.
          for (const index of [0, 1] as const) expect(await run(index)).toEqual({ written: 0 });
        },
      ),
      { numRuns: 120 },
    );
  });

  it('one record of the year 2056: what comes behind it is not skipped', async () => {
    const sources = [simulatedSource(kind), simulatedSource(kind)] as const;
    const { target, run } = createWorld(sources);
    sources[0].put('k1', 'of the future', { aheadBy: years });
    sources[0].pass(60);
    await run(0);
    for (let number = 2; number <= 6; number += 1) {
      sources[0].put(`k${number}`, `later ${number}`);
      sources[0].pass(60);
      await run(0);
    }
    expect([...target.live().values()].map(({ name }) => name).sort()).toEqual([
      'later 2',
      'later 3',
      'later 4',
      'later 5',
      'later 6',
      'of the future',
    ]);
    expect(target.log).toHaveLength(6);
  });
});
