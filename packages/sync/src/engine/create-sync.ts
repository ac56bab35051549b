import type { ErpRecord } from '@common/connector-core';
import type { RunRecord } from '../state/run-record.ts';
import type { StateStore } from '../state/state-store.ts';
import { createDeadLetters, type DeadLetters } from './dead-letters.ts';
import { approveDeletes } from './delete-guard.ts';
import { createFlow } from './flow.ts';
import { applyPlan, planFlow } from './plan-flow.ts';
import { refreshKeys } from './refresh.ts';
import { type RunOptions, runFlow } from './run-flow.ts';
import type { SyncOptions } from './sync-options.ts';
import type { PlanOptions, SyncPlan } from './sync-plan.ts';
import type { SyncReport } from './sync-report.ts';

/** One flow from a source to a target. */
export interface Sync {
  readonly id: string;
  readonly tenant: string;
  /** Its identity map, for `reconcile` and `planRepair`. */
  readonly link: { readonly store: StateStore; readonly tenant: string; readonly space: string };
  /**
   * Brings the target up to date. Killed at any moment and called again, it goes on where it was:
   * nothing is lost, and nothing is written twice where the target can tell.
   *
   * @throws ConnectorError `ERR_FLOW_BUSY` when the flow runs elsewhere; the source's or target's
   * error when either is down (run again later); `ERR_LEASE_LOST`; `ERR_ABORTED`
   */
  run(options?: RunOptions): Promise<SyncReport>;
  /**
   * Syncs these records of the source as they are now, for example those that a webhook has named. What
   * is as it was costs no write, so it may be told twice; what the source has no more is left to `run`.
   *
   * @throws ConnectorError as `run`; `ERR_UNSUPPORTED_OPERATION` where records cannot be read by key
   */
  refresh(
    keys: readonly string[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<SyncReport>;
  readonly deadLetters: DeadLetters;
  /**
   * Allows the next run that needs it to make up to `atMost` deletions that would be withheld. It is
   * a ceiling: a run that would make more withholds them again.
   */
  approveDeletes(approval: { readonly atMost: number }): Promise<void>;
  /**
   * Says what a run would create, change and delete, field by field, and why. Changes nothing, at
   * the source, at the target or in the state, and takes no lease.
   */
  plan(options?: PlanOptions): Promise<SyncPlan>;
  /**
   * Does what a plan says. It is made again first, under the lease, and must come out the same.
   *
   * @throws ConnectorError `ERR_PLAN_STALE`, nothing is written then; `ERR_CONFIGURATION` for the plan
   * of another flow; else as `run`
   */
  apply(
    plan: SyncPlan,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<SyncReport>;
  /** The latest runs, the last first. */
  runs(limit?: number): Promise<readonly RunRecord[]>;
}

/**
 * Makes a flow: records of `source` are brought to `target`, page by page.
 *
 * @throws ConnectorError `ERR_CONFIGURATION`, `ERR_UNKNOWN_ENTITY`, `ERR_UNSUPPORTED_OPERATION`
 */
export function createSync<
  Source extends ErpRecord = ErpRecord,
  Target extends ErpRecord = ErpRecord,
>(options: SyncOptions<Source, Target>): Sync {
  const flow = createFlow(options as SyncOptions);
  return {
    id: flow.key.flow,
    tenant: flow.key.tenant,
    link: { store: flow.store, ...flow.space },
    run: (settings = {}) => runFlow(flow, settings),
    refresh: (keys, settings = {}) => refreshKeys(flow, keys, settings),
    deadLetters: createDeadLetters(flow),
    approveDeletes: ({ atMost }) => approveDeletes(flow, atMost),
    plan: (settings = {}) => planFlow(flow, settings),
    apply: (plan, settings = {}) => applyPlan(flow, plan, settings),
    runs: (limit = 20) =>
      flow.store.transaction((state) => state.runs.list(flow.key, limit), { readOnly: true }),
  };
}
