import { randomUUID } from 'node:crypto';
import {
  type Clock,
  ConnectorError,
  type JsonValue,
  type Logger,
  systemClock,
} from '@common/connector-core';
import type { StateTransaction } from '@common/connector-sync';
import type { Kysely } from 'kysely';
import type { Job, JobEngine, WorkOptions } from '../jobs/job-engine.ts';
import { type Lane, startLanes, wakeLane } from '../jobs/lane-worker.ts';
import { pruner } from '../jobs/prune-rows.ts';
import { residentRows } from '../move/resident-rows.ts';
import type { SqlStore } from '../sql-store.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';
import type { FlowRef, FlowRun } from './flow-run.ts';
import {
  changeRun,
  flowRunOf,
  laneOf,
  lockRuns,
  oldRuns,
  queuedRow,
  runById,
  runsOf,
} from './flow-run-rows.ts';
import type { Schedule, ScheduledData } from './job-schedules.ts';
import type { MissedRuns } from './missed-runs.ts';
import { runCancelled, runStep } from './run-step.ts';

/** What can be run: the answer of `createSync`, or anything with a `run`. */
export interface Runnable {
  /** Numbers in the answer go into the history, for example those of a `SyncReport`. */
  run(options: { readonly signal: AbortSignal }): Promise<unknown>;
  /** Called after the run. */
  close?(): Promise<void>;
}

/** Makes a flow for a connection of a tenant. Called for each run. */
export type FlowFactory = (
  context: FlowRef & { readonly signal: AbortSignal },
) => Runnable | Promise<Runnable>;

/** How runs are repeated that failed for a reason that may pass. */
export interface FlowRetry {
  /** In all. @default 5 */
  readonly attempts?: number | undefined;
  /** Wait after the first failure; doubles. @default 30_000 */
  readonly baseMs?: number | undefined;
  /** @default 900_000 */
  readonly maxMs?: number | undefined;
}

export interface FlowRunnerOptions {
  readonly store: SqlStore;
  readonly engine: JobEngine;
  /** By name. Every worker has to know them all. */
  readonly flows: Readonly<Record<string, FlowFactory>>;
  readonly retry?: FlowRetry | undefined;
  /**
   * Runs of this process and of a tenant at the same time.
   * @default 4 and 2
   */
  readonly work?: WorkOptions | undefined;
  /**
   * How long runs are kept that have ended, and what the sync engine noted of them.
   * @default 2_592_000_000 (30 days)
   */
  readonly keepMs?: number | undefined;
  /**
   * How long a run waits for a worker that does not answer, before another takes it over. One that was
   * killed on this machine is noticed at once.
   * @default 60_000
   */
  readonly leaseMs?: number | undefined;
  /** Told after each try of a run, once it is stored: metrics, alarms. */
  readonly onEnd?: ((run: FlowRun) => void | Promise<void>) | undefined;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  /** @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** When a flow runs. */
export interface FlowSchedule extends FlowRef {
  /** For example `0 6 * * 1-5`. */
  readonly cron: string;
  /** @default 'UTC' */
  readonly timeZone?: string | undefined;
  /** @default 'once' */
  readonly missed?: MissedRuns | undefined;
  readonly paused?: boolean | undefined;
  /** Passed to `run`, for example `{ mode: 'full' }`. */
  readonly options?: { readonly [name: string]: JsonValue } | undefined;
}

interface InTransaction {
  readonly within?: StateTransaction | undefined;
}

/** Runs flows by schedule and by hand: each once at a time, however many processes work. */
export interface FlowRunner {
  /** Begins to work. Without it the runner only takes orders, for example in a web server. */
  start(): void;
  /** Makes the schedule of a flow, or changes it. */
  schedule(schedule: FlowSchedule, options?: InTransaction): Promise<Schedule>;
  /** Removes the schedule. Answers whether there was one. */
  unschedule(flow: FlowRef, options?: InTransaction): Promise<boolean>;
  /** No more runs by schedule until `resume`; a run that is under way goes on, one by hand may begin. */
  pause(flow: FlowRef): Promise<Schedule>;
  resume(flow: FlowRef): Promise<Schedule>;
  schedules(tenant: string): Promise<readonly Schedule[]>;
  /**
   * Has it run as soon as possible: at once, or after the run that is under way. A run that waits already
   * is answered instead of a second one.
   */
  run(
    flow: FlowRef & { readonly options?: { readonly [name: string]: JsonValue } | undefined },
    options?: InTransaction,
  ): Promise<FlowRun>;
  /**
   * Stops a run: one that waits is not begun, one that is under way has its signal aborted. Answers the
   * run as it is then.
   *
   * @throws ConnectorError `ERR_NOT_FOUND`
   */
  cancel(run: { readonly tenant: string; readonly id: string }): Promise<FlowRun>;
  get(run: { readonly tenant: string; readonly id: string }): Promise<FlowRun | undefined>;
  /** The latest first. */
  history(flow: FlowRef, options?: { readonly limit?: number }): Promise<readonly FlowRun[]>;
  /** What still uses a connection: for `usedBy` of the connection registry. */
  usedBy(
    connection: { readonly tenant: string; readonly code: string },
    state?: StateTransaction,
  ): Promise<readonly string[]>;
  /** Stops working; runs under way are aborted and given to others. Not the engine, not the store. */
  close(): Promise<void>;
}

const queue = 'flow';

/** What a schedule's job carries. */
interface Order {
  readonly connection: string;
  readonly flow: string;
  readonly options: JsonValue;
  readonly addsUp: boolean;
}

/** Makes a runner of flows. */
export function createFlowRunner(options: FlowRunnerOptions): FlowRunner {
  const { store, engine, flows, clock = systemClock, logger, random = Math.random } = options;
  const { keepMs = 30 * 86_400_000, leaseMs = 60_000, onEnd } = options;
  const { attempts = 5, baseMs = 30_000, maxMs = 900_000 } = options.retry ?? {};
  const active = new Map<string, AbortController>();
  let worker: ReturnType<typeof startLanes> | undefined;

  const within = <Result>(
    given: StateTransaction | undefined,
    work: (db: Kysely<StateSchema>, state: SqlStateTransaction) => Promise<Result>,
    readOnly = false,
  ): Promise<Result> => {
    const run = (state: StateTransaction): Promise<Result> => {
      const sql = state as SqlStateTransaction;
      return work(sql.database as Kysely<StateSchema>, sql);
    };
    return given === undefined
      ? store.transaction(run, { readOnly, repeat: 'unless-stored' })
      : run(given);
  };

  /** Queues a run, unless one waits that stands for it too. */
  async function queueRun(
    state: SqlStateTransaction,
    order: Parameters<typeof queuedRow>[0] & { readonly addsUp: boolean },
  ): Promise<FlowRun> {
    const db = state.database as Kysely<StateSchema>;
    const lane = laneOf(order);
    const now = clock.now();
    await lockRuns(state, lane);
    const same = await runById(db, order);
    // The job of the schedule came twice.
    if (same !== undefined) return flowRunOf(same);
    const text = JSON.stringify(order.options);
    const waiting = await runsOf(db, lane)
      .selectAll()
      .where('status', '=', 'queued')
      .where('options', '=', text)
      .executeTakeFirst();
    if (waiting !== undefined && !order.addsUp) {
      // Also one that waits after a failure: somebody wants it now. A schedule does not.
      if (order.cause === 'schedule') return flowRunOf(waiting);
      await changeRun(db, waiting, { next_at: now });
      await wakeLane(engine, { ...lane, queue }, state);
      return flowRunOf({ ...waiting, next_at: now });
    }
    const row = queuedRow(order, now);
    await db.insertInto('flow_run').values(row).execute();
    await wakeLane(engine, { ...lane, queue }, state);
    return flowRunOf(row);
  }

  /** The job of a schedule becomes a run. */
  async function receive(job: Job): Promise<Lane> {
    const { dueAt, data } = job.data as unknown as ScheduledData;
    const { connection, flow, options: asked, addsUp } = data as unknown as Order;
    const ref = { tenant: job.tenant, connection, flow };
    const order = { ...ref, id: job.id, cause: 'schedule' as const, dueAt, options: asked, addsUp };
    await within(undefined, (_, state) => queueRun(state, order));
    return laneOf(ref);
  }

  const runner: FlowRunner = {
    start() {
      worker ??= startLanes({
        ...options.work,
        store,
        engine,
        queue,
        clock,
        logger,
        leaseMs,
        mostSteps: 1,
        step: runStep({
          store,
          flows,
          clock,
          logger,
          random,
          retry: { attempts, baseMs, maxMs },
          cancelPollMs: Math.min(5000, leaseMs / 3),
          onEnd,
          active,
        }),
        nextAt,
        overdue,
        receive,
        prune: pruner({ store, clock, logger, oldRows: (now) => oldRuns(now - keepMs) }),
      });
    },
    async schedule(schedule, given) {
      const { tenant, connection, flow, cron, timeZone, missed, paused } = schedule;
      checkNames(schedule);
      const order: Order = {
        connection,
        flow,
        options: schedule.options ?? {},
        addsUp: missed === 'all',
      };
      const data = order as unknown as JsonValue;
      const { lane } = laneOf(schedule);
      return engine.schedules.set(
        { tenant, id: lane, queue, data, cron, timeZone, missed, paused },
        given,
      );
    },
    unschedule: (flow, given) =>
      engine.schedules.remove({ tenant: flow.tenant, id: laneOf(flow).lane }, given),
    pause: (flow) =>
      engine.schedules.setPaused({ tenant: flow.tenant, id: laneOf(flow).lane }, true),
    resume: (flow) =>
      engine.schedules.setPaused({ tenant: flow.tenant, id: laneOf(flow).lane }, false),
    async schedules(tenant) {
      const all = await engine.schedules.list(tenant);
      return all.filter((schedule) => schedule.queue === queue);
    },
    async run({ options: asked = {}, ...flow }, { within: given } = {}) {
      checkNames(flow);
      const order = {
        ...flow,
        id: randomUUID(),
        cause: 'manual' as const,
        dueAt: clock.now(),
        options: asked,
        addsUp: false,
      };
      const queued = await within(given, (_, state) => queueRun(state, order));
      if (given === undefined) engine.wake(queue);
      return queued;
    },
    async cancel(run) {
      const row = await within(undefined, async (db, state) => {
        const known = await runById(db, run);
        if (known === undefined) throw unknownRun(run.id);
        await lockRuns(state, known);
        // Anew: it may have begun or ended until the lock was ours.
        const found = (await runById(db, run)) ?? known;
        if (found.status !== 'queued' && found.status !== 'running') return found;
        const values =
          found.status === 'queued'
            ? { status: 'cancelled' as const, cancelled: 1, ended_at: clock.now() }
            : { cancelled: 1 };
        await changeRun(db, found, values);
        return { ...found, ...values };
      });
      active.get(run.id)?.abort(runCancelled());
      return flowRunOf(row);
    },
    get: (run) =>
      within(
        undefined,
        async (db) => {
          const row = await runById(db, run);
          return row === undefined ? undefined : flowRunOf(row);
        },
        true,
      ),
    history: (flow, { limit = 50 } = {}) =>
      within(
        undefined,
        async (db) => {
          const rows = await runsOf(db, laneOf(flow))
            .selectAll()
            .orderBy('queued_at', 'desc')
            .orderBy('id')
            .limit(limit)
            .execute();
          return rows.map(flowRunOf);
        },
        true,
      ),
    async usedBy({ tenant, code }, given) {
      const schedules = await engine.schedules.list(tenant, { within: given });
      const active = schedules.filter(
        ({ data, paused, queue: name }) =>
          name === queue && !paused && (data as unknown as Order).connection === code,
      );
      const running = await within(
        given,
        (db) =>
          db
            .selectFrom('flow_run')
            .select(['flow', 'id'])
            .where('tenant', '=', tenant)
            .where('connection', '=', code)
            .where('status', 'in', ['queued', 'running'])
            .execute(),
        true,
      );
      return [
        ...active.map(({ data, cron, timeZone }) => {
          const { flow } = data as unknown as Order;
          return `the schedule of the flow ${flow} (${cron}, ${timeZone})`;
        }),
        ...running.map(({ flow, id }) => `the run ${id} of the flow ${flow}`),
      ];
    },
    async close() {
      const closing = worker;
      worker = undefined;
      await closing?.close();
    },
  };
  return runner;
}

async function nextAt(state: SqlStateTransaction, lane: Lane): Promise<number | undefined> {
  const row = await runsOf(state.database as Kysely<StateSchema>, lane)
    .select((query) => query.fn.min('next_at').as('next'))
    .where('status', 'in', ['queued', 'running'])
    .executeTakeFirst();
  return row?.next ?? undefined;
}

function overdue(
  { database }: SqlStateTransaction,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<readonly Lane[]> {
  return (database as Kysely<StateSchema>)
    .selectFrom('flow_run')
    .select(['tenant', 'lane'])
    .distinct()
    .where('status', 'in', ['queued', 'running'])
    .where('next_at', '<=', before)
    .where(residentRows('flow_run'))
    .limit(limit)
    .execute();
}

function checkNames({ tenant, connection, flow }: FlowRef): void {
  for (const [path, name] of Object.entries({ tenant, connection, flow })) {
    if (typeof name === 'string' && name !== '') continue;
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The ${path} of a flow is missing. Name the tenant, the connection and the flow.`,
      path,
    });
  }
}

function unknownRun(id: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_NOT_FOUND',
    category: 'not-found',
    message: `The tenant has no run ${id}. Runs that ended long ago are not kept.`,
    key: id,
  });
}
