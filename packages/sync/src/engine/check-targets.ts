import type { Flow } from './flow.ts';
import type { PagePlan } from './plan-page.ts';
import { linkedTo, type PlannedWrite } from './planned-write.ts';
import type { Session } from './session.ts';

/** Reads the records that are to be updated and takes out of the plan those that are as wanted already. */
export async function checkTargets(
  flow: Flow,
  session: Pick<Session, 'signal'>,
  plan: PagePlan,
): Promise<PagePlan> {
  const { target, targetProjection } = flow;
  if (target.get === undefined || targetProjection === undefined) return plan;
  const isAsWanted = new Set<PlannedWrite>();
  const updates = plan.writes.filter(({ op }) => op === 'update');
  let next = 0;
  const worker = async () => {
    for (let write = updates[next++]; write !== undefined; write = updates[next++]) {
      const key = write.change.key;
      if (key === undefined) continue;
      const present = await target.get?.(flow.targetEntity, key, { signal: session.signal });
      if (present !== undefined && targetProjection.digest(present) === write.targetDigest) {
        isAsWanted.add(write);
      }
    }
  };
  await Promise.all(Array.from({ length: flow.writeConcurrency }, worker));
  return {
    ...plan,
    writes: plan.writes.filter((write) => !isAsWanted.has(write)),
    refreshed: [
      ...plan.refreshed,
      ...[...isAsWanted].map((write) => linkedTo(write, write.change.key ?? '')),
    ],
    unchanged: plan.unchanged + isAsWanted.size,
  };
}
