import { ConnectorError } from '@common/connector-core';
import { type CollectedChanges, collectChanges } from './collect-changes.ts';
import { connectorErrorOf } from './connector-error-of.ts';
import { approvalCheckpoint, approvedDeletes, createDeleteGuard } from './delete-guard.ts';
import { describePlan } from './describe-plan.ts';
import type { Flow } from './flow.ts';
import { mappingProgress } from './mapping-progress.ts';
import type { PlannedWrite } from './planned-write.ts';
import {
  draftPage,
  executePage,
  type PageContext,
  type PreparedPage,
  settlePage,
} from './process-page.ts';
import { beginWork, reportOf, withRecordedSession } from './recorded-session.ts';
import { withRestore } from './restored-flow.ts';
import type { Session } from './session.ts';
import type { PlanOptions, PlanSelection, SyncPlan } from './sync-plan.ts';
import type { SyncReport } from './sync-report.ts';

const defaultAtMost = 10_000;

/** Says what a run would do. Reads the source, the state and the target, and changes nothing. */
export async function planFlow(flow: Flow, options: PlanOptions): Promise<SyncPlan> {
  const { mode = 'incremental', keys, atMost = defaultAtMost } = options;
  const signal = options.signal ?? new AbortController().signal;
  const selection: PlanSelection = keys === undefined ? { mode } : { keys };
  try {
    refuseRestored(await withRestore(flow));
    const context = await dryContext(flow, signal);
    return (await decide(flow, context, { selection, atMost })).described;
  } catch (error) {
    throw connectorErrorOf(error, options.signal);
  }
}

/** Does what a plan says, or nothing. */
export async function applyPlan(
  opened: Flow,
  plan: SyncPlan,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<SyncReport> {
  const { key } = opened;
  if (plan.flow !== key.flow || plan.tenant !== key.tenant) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The plan is of the flow "${plan.flow}" of tenant "${plan.tenant}", this one is "${key.flow}" of "${key.tenant}". Apply it with the sync that made it.`,
    });
  }
  const { selection, atMost } = plan;
  const mode = 'mode' in selection ? selection.mode : 'replay';
  const { signal } = options;
  return withRecordedSession(opened, { mode, signal }, async (session, flow) => {
    refuseRestored(flow);
    await beginWork(flow, session);
    const decided = await decide(flow, session, { selection, atMost });
    if (decided.described.fingerprint !== plan.fingerprint) throw stale(plan);
    const { collected, page } = decided;
    await (await mappingProgress(flow)).begin(session);
    await executePage(flow, session, collected.page, page);
    await collected.acknowledge({ signal: session.signal });
    await finish(flow, session, collected);
    return reportOf(flow, session, {
      mode: mode === 'replay' ? 'incremental' : mode,
      resumed: false,
      pages: 1,
      hasMore: collected.hasMore,
    });
  });
}

async function decide(
  flow: Flow,
  context: PageContext,
  options: { readonly selection: PlanSelection; readonly atMost: number },
): Promise<{
  readonly collected: CollectedChanges;
  readonly page: PreparedPage;
  readonly described: SyncPlan;
}> {
  const collected = await collectChanges(flow, context, options);
  const work = {
    ...collected.page,
    // What was found by comparing has been before the guard already.
    isAdmitted: ({ sourceKey }: PlannedWrite) => collected.goneKeys.has(sourceKey),
  };
  const drafted = await draftPage(flow, context, work);
  const page = await settlePage(flow, context, work, drafted);
  const { signal } = context;
  const described = await describePlan(flow, collected, page, { ...options, signal });
  return { collected, page, described };
}

async function finish(flow: Flow, session: Session, collected: CollectedChanges): Promise<void> {
  const { page, hasMore, full } = collected;
  const isFull = page.checkpoints?.some(({ name }) => name === 'full') === true;
  await session.finish({ status: 'done' }, async (state) => {
    if (session.deleteGuard.isApprovalUsed) {
      await state.checkpoints.set(flow.key, approvalCheckpoint, undefined);
    }
    await full?.clear(state);
    if (isFull && !hasMore) await state.checkpoints.set(flow.key, 'full', undefined);
  });
}

/** What a run would know at its start. */
async function dryContext(flow: Flow, signal: AbortSignal): Promise<PageContext> {
  const { store, key } = flow;
  const { deadLetters, intents } = await store.transaction(
    async (state) => ({
      deadLetters: await state.deadLetters.count(key),
      intents: await state.journal.list(key),
    }),
    { readOnly: true },
  );
  return {
    signal,
    ensure: async () => signal.throwIfAborted(),
    openIntents: new Map(intents.map((intent) => [intent.key, intent.sourceKey])),
    hasDeadLetters: deadLetters > 0,
    deleteGuard: createDeleteGuard(flow, { approved: await approvedDeletes(flow) }),
  };
}

/** What was created since the backup is found by runs only: a plan would create it again. */
function refuseRestored({ key, restored }: Flow): void {
  if (restored?.isLooking !== true) return;
  throw new ConnectorError({
    code: 'ERR_PENDING_WRITES',
    category: 'conflict',
    retryable: true,
    message: `The state was restored from a backup. Run the flow "${key.flow}" to its end first: it finds what was created since. Then plan.`,
  });
}

function stale({ plannedAt }: SyncPlan): ConnectorError {
  return new ConnectorError({
    code: 'ERR_PLAN_STALE',
    category: 'conflict',
    retryable: false,
    message: `The plan of ${plannedAt} is not what a run would do now: the source, the target or the state has moved on. Nothing was written. Make a new plan.`,
  });
}
