import { ConnectorError, type JsonValue } from '@common/connector-core';
import type { StateStore } from '../state/state-store.ts';
import type { Failure } from './failure.ts';
import type { Flow } from './flow.ts';
import type { PagePlan } from './plan-page.ts';
import type { PlannedWrite } from './planned-write.ts';

const pageOfLinks = 1000;

/** Keeps one run from deleting more than was agreed on. */
export interface DeleteGuard {
  /** Whether so many more deletions may be made, given how many links the flow has. */
  admit(count: number, live?: number): Promise<boolean>;
  /** What somebody approved for this run, if it was needed. */
  readonly approved: number | undefined;
  /** Whether the approval was asked for: it holds for one such run. */
  readonly isApprovalUsed: boolean;
  /** Deletions that it has admitted. */
  readonly admitted: number;
}

/** What a guard starts from. */
export interface DeleteGuardStart {
  /** See `approveDeletes`. */
  readonly approved: number | undefined;
  /** Of the steps before, where a run is made in steps: together they delete no more than one run. */
  readonly admitted?: number | undefined;
  readonly isApprovalUsed?: boolean | undefined;
}

export function createDeleteGuard(flow: Flow, start: DeleteGuardStart): DeleteGuard {
  const { maxCount, maxShare } = flow.deletes;
  const { approved } = start;
  let { admitted = 0, isApprovalUsed = false } = start;

  async function isWithin(total: number, live: number | undefined): Promise<boolean> {
    if (total <= maxCount) return true;
    if (maxShare === 0) return false;
    // What this run has deleted was live when it began.
    const needed = Math.ceil(total / maxShare);
    const count = live ?? (await countLinks(flow, needed - admitted)) + admitted;
    return count >= needed;
  }

  return {
    approved,
    get isApprovalUsed() {
      return isApprovalUsed;
    },
    get admitted() {
      return admitted;
    },
    async admit(count, live) {
      const total = admitted + count;
      let isAdmitted = await isWithin(total, live);
      if (!isAdmitted && approved !== undefined) {
        isApprovalUsed = true;
        isAdmitted = total <= approved;
      }
      if (isAdmitted) admitted = total;
      return isAdmitted;
    },
  };
}

/** Takes deletions out of a plan that the guard does not admit: they wait in the dead letters. */
export async function guardDeletes(
  guard: DeleteGuard,
  plan: PagePlan,
  isAdmitted: (write: PlannedWrite) => boolean,
): Promise<PagePlan> {
  const deletions = plan.writes.filter((write) => write.op === 'delete' && !isAdmitted(write));
  if (deletions.length === 0 || (await guard.admit(deletions.length))) return plan;
  const withheld = new Set(deletions);
  return {
    ...plan,
    writes: plan.writes.filter((write) => !withheld.has(write)),
    failures: [
      ...plan.failures,
      ...deletions.map(
        ({ key, sourceKey, sourceOp }): Failure => ({
          stage: 'write',
          op: sourceOp,
          key,
          sourceKey,
          error: deletesWithheld(),
        }),
      ),
    ],
  };
}

export const withheldCode = 'ERR_DELETES_WITHHELD';

function deletesWithheld(): ConnectorError {
  return new ConnectorError({
    code: withheldCode,
    category: 'conflict',
    retryable: false,
    message:
      'The run would delete more than `deletes` allows. If that is right, approveDeletes({ atMost }) and run again; if not, correct the source and discard this dead letter.',
  });
}

/** Counts the live links of a flow's identity map, no further than `most`. */
async function countLinks({ store, space }: Flow, most: number): Promise<number> {
  const exact = await store.transaction(async ({ links }) => links.count?.(space), {
    readOnly: true,
  });
  if (exact !== undefined) return exact;
  let count = 0;
  let after: string | undefined;
  while (count < most) {
    const links = await store.transaction(
      (state) => state.links.list(space, { after, limit: pageOfLinks }),
      { readOnly: true },
    );
    if (links.length === 0) break;
    count += links.length;
    after = links.at(-1)?.leftKey;
  }
  return count;
}

const checkpointName = 'approvedDeletes';

/** Allows the next run that needs it to make so many deletions. */
export async function approveDeletes(
  { store, key }: { readonly store: StateStore; readonly key: Flow['key'] },
  atMost: number,
): Promise<void> {
  if (!(Number.isInteger(atMost) && atMost > 0)) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `approveDeletes({ atMost }) takes a whole number above 0, not ${atMost}. The report of the run says how many were withheld.`,
      path: 'atMost',
    });
  }
  await store.transaction((state) => state.checkpoints.set(key, checkpointName, { atMost }));
}

export async function approvedDeletes({ store, key }: Flow): Promise<number | undefined> {
  const stored = await store.transaction((state) => state.checkpoints.get(key, checkpointName), {
    readOnly: true,
  });
  return atMostOf(stored);
}

function atMostOf(stored: JsonValue | undefined): number | undefined {
  const isObject = typeof stored === 'object' && stored !== null && 'atMost' in stored;
  return isObject ? Number(stored.atMost) : undefined;
}

/** The approval was for one run. */
export const approvalCheckpoint = checkpointName;
