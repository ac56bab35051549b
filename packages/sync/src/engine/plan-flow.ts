import { randomUUID } from 'node:crypto';
import { ConnectorError } from '@common/connector-core';
import { type CollectedChanges, collectChanges } from './collect-changes.ts';
import { connectorErrorOf } from './connector-error-of.ts';
import { approvalCheckpoint, approvedDeletes, createDeleteGuard } from './delete-guard.ts';
import { describePlan } from './describe-plan.ts';
import type { Flow } from './flow.ts';
import { mappingProgress } from './mapping-progress.ts';
import {
  draftPage,
  executePage,
  type PageContext,
  type PreparedPage,
  settlePage,
} from './process-page.ts';
import { recover } from './recover.ts';
import { type Session, withSession } from './session.ts';
import type { PlanOptions, PlanSelection, SyncPlan } from './sync-plan.ts';
import type { SyncReport } from './sync-report.ts';

const defaultAtMost = 10_000;

/** Says what a run would do. Reads the source, the state and the target, and changes nothing. */
export async function planFlow(flow: Flow, options: PlanOptions): Promise<SyncPlan> {
  const { mode = 'incremental', keys, atMost = defaultAtMost } = options;
  const signal = options.signal ?? new AbortController().signal;
  const selection: PlanSelection = keys === undefined ? { mode } : { keys };
  try {
    const context = await dryContext(flow, signal);
    return (await decide(flow, context, { selection, atMost })).described;
  } catch (error) {
    throw connectorErrorOf(error, options.signal);
  }
}

/** Does what a plan says, or nothing. */
export async function applyPlan(
  flow: Flow,
  plan: SyncPlan,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<SyncReport> {
  if (plan.flow !== flow.key.flow || plan.tenant !== flow.key.tenant) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The plan is of the flow "${plan.flow}" of tenant "${plan.tenant}", this one is "${flow.key.flow}" of "${flow.key.tenant}". Apply it with the sync that made it.`,
    });
  }
  const signal = options.signal ?? new AbortController().signal;
  const { selection, atMost } = plan;
  const mode = 'mode' in selection ? selection.mode : 'replay';
  try {
    return await withSession(flow, { runId: randomUUID(), mode, signal }, async (session) => {
      await begin(flow, session);
      const decided = await decide(flow, session, { selection, atMost });
      if (decided.described.fingerprint !== plan.fingerprint) throw stale(plan);
      const { collected, page } = decided;
      await (await mappingProgress(flow)).begin(session);
      await executePage(flow, session, collected.page, page);
      await collected.acknowledge({ signal: session.signal });
      await finish(flow, session, collected);
      return {
        ...session.counts,
        runId: session.runId,
        mode: mode === 'replay' ? 'incremental' : mode,
        resumed: false,
        pages: 1,
        synced_at: new Date(flow.clock.now()).toISOString(),
      };
    });
  } catch (error) {
    throw connectorErrorOf(error, options.signal);
  }
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
    isAdmitted: (key: string) => collected.goneKeys.has(key),
  };
  const drafted = await draftPage(flow, context, work);
  const page = await settlePage(flow, context, work, drafted);
  const { signal } = context;
  const described = await describePlan(flow, collected, page, { ...options, signal });
  return { collected, page, described };
}

async function begin(flow: Flow, session: Session): Promise<void> {
  const { store, key, target } = flow;
  const before = await store.transaction(
    async (state) => ({
      position: await state.checkpoints.get(key, 'target'),
      deadLetters: await state.deadLetters.count(key),
    }),
    { readOnly: true },
  );
  session.hasDeadLetters = before.deadLetters > 0;
  await target.resume?.(before.position);
  const position = before.position === undefined ? await target.position?.() : undefined;
  if (position !== undefined) {
    await session.commit({}, (state) => state.checkpoints.set(key, 'target', position));
  }
  await recover(flow, session);
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
    deleteGuard: createDeleteGuard(flow, await approvedDeletes(flow)),
  };
}

function stale({ plannedAt }: SyncPlan): ConnectorError {
  return new ConnectorError({
    code: 'ERR_PLAN_STALE',
    category: 'conflict',
    retryable: false,
    message: `The plan of ${plannedAt} is not what a run would do now: the source, the target or the state has moved on. Nothing was written. Make a new plan.`,
  });
}
