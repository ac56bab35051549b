import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import { crashingProcess } from '../testing/crashing.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { memoryConnector } from '../testing/memory-connector.ts';
import { longestCommit, type SourceKind, simulatedSource } from '../testing/simulated-source.ts';
import { createSync } from './create-sync.ts';

const kinds: readonly SourceKind[] = [
  'keyset with lag',
  'keyset with overlap',
  'search by key',
  'delta token',
  'queue',
  'list',
];

function createWorld(kind: SourceKind) {
  const source = simulatedSource(kind);
  const target = memoryConnector({ id: 'b', capabilities: { idempotency: 'native' } });
  const store = memoryStore();
  const clock = fakeClock();
  const flow = (through = store) =>
    createSync({
      id: 'flow',
      source: source.connector,
      target: target.connector,
      entity: 'item',
      store: through,
      clock,
      random: () => 0.5,
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      deletes: { detect: true, maxCount: 1000 },
    });
  async function run(options: { deathAt?: number; mode?: 'full' | 'incremental' } = {}) {
    const { deathAt = Number.POSITIVE_INFINITY, mode = 'incremental' } = options;
    const life = crashingProcess(deathAt);
    // What vanishes is found here, not how much of it may: sometimes it is all there is.
    await flow().approveDeletes({ atMost: 1000 });
    await flow(life.store(store))
      .run({ mode })
      .catch((error: unknown) => {
        if (!life.isDead()) throw error;
      });
    clock.advance(120_000);
  }
  return { source, target, run };
}

const key = fc.integer({ min: 0, max: 7 }).map((number) => `k${number}`);
const value = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined });
const change = fc.record({ key, value, lateBy: fc.integer({ min: 0, max: longestCommit }) });
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ change }) },
  { weight: 2, arbitrary: fc.record({ seconds: fc.integer({ min: 0, max: 8 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      deathAt: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
      isFull: fc.boolean(),
      /** What users do while the run reads. */
      meanwhile: fc.array(change, { maxLength: 3 }),
      page: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ forget: true as const }) },
);

describe.each(kinds)('whatever happens to a source that is read by %s', (kind) => {
  it('nothing is lost: at rest the target has what the source has', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 30 }), async (commands) => {
        const { source, target, run } = createWorld(kind);
        const apply = ({
          key: name,
          value: to,
          lateBy,
        }: {
          key: string;
          value: string | undefined;
          lateBy: number;
        }) => source.put(name, to === undefined ? undefined : `${name} ${to}`, { lateBy });
        for (const step of commands) {
          if ('change' in step) apply(step.change);
          else if ('seconds' in step) source.pass(step.seconds);
          else if ('forget' in step) source.forgetTokens();
          else {
            const { deathAt, isFull, meanwhile, page } = step;
            source.beforePage(page, () => meanwhile.forEach(apply));
            await run({
              ...(deathAt === undefined ? {} : { deathAt }),
              mode: isFull ? 'full' : 'incremental',
            });
            source.beforePage(0, () => undefined);
          }
        }
        // Everything is committed and older than the lag.
        source.pass(longestCommit * 2);
        await run();
        // An interrupted full read went on where it was; what changed behind it is in the next run.
        await run();
        const arrived = [...target.live().values()].map(({ name }) => name).sort();
        expect(arrived).toEqual(source.live());
      }),
      { numRuns: 120 },
    );
  });
});
