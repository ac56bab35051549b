import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeadLetter } from '../state/dead-letter.ts';
import { anyEdit, anyKey, anyKind, createWorld, type World } from '../testing/any-flow.ts';
import { anyLife } from '../testing/lives.ts';
import type { Sync } from './create-sync.ts';

const mode = fc.constantFrom('incremental' as const, 'incremental' as const, 'full' as const);
const anyAction = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      run: mode,
      maxPages: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ refresh: fc.array(anyKey, { maxLength: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      plan: mode,
      atMost: fc.integer({ min: 1, max: 6 }),
      edits: fc.array(anyEdit, { maxLength: 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ replay: true as const }) },
  { weight: 1, arbitrary: fc.record({ discard: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('backUp' as const, 'restore' as const, 'upgrade' as const),
  },
  { weight: 1, arbitrary: fc.record({ approve: fc.integer({ min: 1, max: 5 }) }) },
);
const step = fc.record({
  edits: fc.array(anyEdit, { maxLength: 8 }),
  action: anyAction,
  what: anyLife,
  meanwhile: fc.array(anyEdit, { maxLength: 3 }),
  turn: fc.integer({ min: 1, max: 4 }),
});

type Action = typeof anyAction extends fc.Arbitrary<infer Value> ? Value : never;

/** Does it; what it throws is as good as what it does. */
async function act(
  does: Exclude<Action, string>,
  { sync, signal, world }: { sync: Sync; signal: AbortSignal; world: World },
): Promise<void> {
  const { deadLetters } = sync;
  if ('run' in does) await sync.run({ mode: does.run, maxPages: does.maxPages, signal });
  else if ('refresh' in does) await sync.refresh(does.refresh, { signal });
  else if ('approve' in does) await sync.approveDeletes({ atMost: does.approve });
  else if ('plan' in does) {
    const plan = await sync.plan({ mode: does.plan, atMost: does.atMost, signal });
    for (const change of does.edits) world.edit(change);
    await sync.apply(plan, { signal });
  } else if ('replay' in does) await deadLetters.replay(await world.certain(), { signal });
  else {
    const letter = (await deadLetters.list())[does.discard];
    if (letter === undefined) return;
    world.undecided.add(letter.key);
    await deadLetters.discard(letter.id, 'test');
  }
}

describe('whatever people, systems and processes do with a flow', () => {
  it('at rest the target has what the source has, or a person is asked', async () => {
    await fc.assert(
      fc.asyncProperty(anyKind, fc.array(step, { maxLength: 6 }), async (kind, steps) => {
        const world = createWorld(kind);
        const { live, flow, has, undecided } = world;
        for (const { edits, action: does, what, meanwhile, turn } of steps) {
          for (const change of edits) world.edit(change);
          if (does === 'backUp') world.backUp();
          else if (does === 'restore') await world.restore();
          else if (does === 'upgrade') world.upgrade();
          else {
            world.beforeRead(turn, () => meanwhile.forEach(world.edit));
            await live((sync, signal) => act(does, { sync, signal, world }), what);
          }
        }
        for (let round = 0; round < 3; round += 1) {
          await live((sync) => sync.approveDeletes({ atMost: 100 }));
          await live((sync) =>
            sync.run({ mode: kind.read.deletesVisible ? 'incremental' : 'full' }),
          );
          await live(async ({ deadLetters }) => deadLetters.replay(await world.certain()));
        }
        expect(await live((sync) => sync.run())).toBe(undefined);
        const letters = await flow().deadLetters.list();
        const open = letters.filter(
          ({ error: { code }, status, sourceKey = '' }) =>
            status === 'open' && !(code === 'ERR_NOT_FOUND' && !has(sourceKey)),
        );
        for (const { key } of open) undecided.add(key);
        const isOfPeople = ({ error }: DeadLetter) =>
          error.code === 'ERR_OUTCOME_UNKNOWN' && world.isTargetMute;
        expect(open.filter((letter) => !isOfPeople(letter))).toEqual([]);
        const settled = (rows: readonly (readonly [string, string])[]) =>
          rows.filter(([key]) => world.isSettled(key));
        expect(settled(world.shown())).toEqual(settled(world.wanted()));
      }),
      { numRuns: 150 },
    );
  });
});
