import type { ErpRecord } from '@common/connector-core';
import { connectorErrorOf } from './connector-error-of.ts';
import { eachOf } from './each-of.ts';
import type { Flow } from './flow.ts';
import type { PagePlan } from './plan-page.ts';
import { linkedTo, type PlannedWrite } from './planned-write.ts';
import { isOfRecord } from './record-error.ts';
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
  await eachOf(updates, flow.writeConcurrency, async (write) => {
    const { key } = write.change;
    if (key === undefined) return;
    const present = await readTarget(flow, key, session.signal);
    if (present !== undefined && targetProjection.digest(present) === write.targetDigest) {
      isAsWanted.add(write);
    }
  });
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

/**
 * A target record, to compare with.
 *
 * @returns `undefined` also for one that cannot be read as a record: it is as good as another one
 */
export async function readTarget(
  { target, targetEntity }: Flow,
  key: string,
  signal: AbortSignal,
): Promise<ErpRecord | undefined> {
  try {
    return await target.get?.(targetEntity, key, { signal });
  } catch (thrown) {
    const error = connectorErrorOf(thrown, signal);
    if (isOfRecord(error)) return undefined;
    throw error;
  }
}
