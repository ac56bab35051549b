import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyEdit, anyKind, createWorld, type Edit, type Kind } from '../testing/any-flow.ts';
import { anyLife, type Life } from '../testing/lives.ts';
import type { SyncReport } from './sync-report.ts';

const mode = fc.constantFrom('incremental' as const, 'full' as const);
const edits = fc.array(anyEdit, { maxLength: 8 });
const step = fc.record({ edits, mode, what: anyLife });

interface Step {
  readonly edits: readonly Edit[];
  readonly mode: 'incremental' | 'full';
  readonly what: Partial<Life>;
}

/** A flow with a past. */
async function lived(kind: Kind, steps: readonly Step[]) {
  const world = createWorld(kind);
  for (const { edits, mode, what } of steps) {
    for (const change of edits) world.edit(change);
    await world.live((sync, signal) => sync.run({ mode, signal }), what);
  }
  // What an interrupted run has left is settled by the next one, and dead letters are tried again.
  await world.live((sync) => sync.run());
  return world;
}

const counted = ['inserted', 'updated', 'deleted', 'failed', 'unchanged', 'skipped'] as const;
const countsOf = (report: SyncReport) =>
  Object.fromEntries(counted.map((name) => [name, report[name]]));

describe('whatever has become of a flow', () => {
  it('plans that are applied come to what a run comes to', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyKind,
        fc.array(step, { maxLength: 3 }),
        edits,
        mode,
        fc.integer({ min: 1, max: 6 }),
        async (kind, steps, last, mode, atMost) => {
          const ran = await lived(kind, steps);
          const planned = await lived(kind, steps);
          fc.pre((await ran.flow().deadLetters.list()).length === 0);
          for (const world of [ran, planned]) for (const change of last) world.edit(change);
          const sync = planned.flow();
          await ran.flow().approveDeletes({ atMost: 100 });
          const report = await ran.flow().run({ mode });
          const sum = { inserted: 0, updated: 0, deleted: 0, failed: 0, unchanged: 0, skipped: 0 };
          for (let hasMore = true; hasMore; ) {
            await sync.approveDeletes({ atMost: 100 });
            const plan = await sync.plan({ mode, atMost });
            const applied = await sync.apply(plan);
            for (const name of counted) sum[name] += applied[name];
            hasMore = plan.hasMore;
          }
          expect(planned.shown()).toEqual(ran.shown());
          expect(sum).toEqual(countsOf(report));
          // And so does what comes next.
          const next = await ran.flow().run();
          expect(countsOf(await sync.run())).toEqual(countsOf(next));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('a plan that is not what a run would do now is refused, and nothing has changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyKind,
        fc.array(step, { maxLength: 3 }),
        edits,
        mode,
        fc.array(anyEdit, { maxLength: 2 }),
        async (kind, steps, last, mode, meanwhile) => {
          const world = await lived(kind, steps);
          for (const change of last) world.edit(change);
          const sync = world.flow();
          const plan = await sync.plan({ mode });
          const before = world.shown();
          for (const change of meanwhile) world.edit(change);
          const now = await sync.plan({ mode });
          expect(world.shown()).toEqual(before);
          const applied = await sync.apply(plan).catch((error: { code: string }) => error.code);
          if (applied === 'ERR_PLAN_STALE') {
            expect(world.shown()).toEqual(before);
            expect(now.fingerprint).not.toBe(plan.fingerprint);
            return;
          }
          const count = (action: string) =>
            plan.changes.filter((change) => change.action === action).length;
          expect(applied).toMatchObject({
            inserted: count('create'),
            updated: count('update'),
            deleted: count('delete'),
          });
          expect(now.changes).toEqual(plan.changes);
        },
      ),
      { numRuns: 100 },
    );
  });
});
