import {
  type Clock,
  ConnectorError,
  type ConnectorEvent,
  type Logger,
  redact,
  systemClock,
} from '@common/connector-core';
import type { StateTransaction } from '@common/connector-sync';
import type { Kysely } from 'kysely';
import { failureColumns } from '../jobs/failure-columns.ts';
import type { JobEngine, JobWorker, WorkOptions } from '../jobs/job-engine.ts';
import { type Lane, type LaneSession, startLanes, wakeLane } from '../jobs/lane-worker.ts';
import { pruner } from '../jobs/prune-rows.ts';
import type { SqlStore } from '../sql-store.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';
import {
  type EventRow,
  eventLanes,
  type InboxEvent,
  type InboxKey,
  inboxEventOf,
  newEvent,
  remember,
} from './inbox-rows.ts';
import { nextTry } from './retry-ladder.ts';

/** Where events of an endpoint go. */
export interface InboxPlace {
  readonly tenant: string;
  /** As in `createWebhookReceiver`: the ids are confirmed in its delivery log in the same transaction. */
  readonly scope: string;
  /**
   * Events of a lane are handled one after the other, in the order in which they came.
   * @default one lane per tenant
   */
  readonly laneOf?: ((event: ConnectorEvent) => string) | undefined;
}

export interface WebhookInboxOptions {
  readonly store: SqlStore;
  readonly engine: JobEngine;
  /** Works on an event. It may get one twice: its effect has to be the same. */
  readonly handle: (
    event: ConnectorEvent,
    context: InboxKey & { readonly attempt: number; readonly signal: AbortSignal },
  ) => Promise<void>;
  /**
   * Waits after failures; the next event of the lane waits too. Then it is a dead letter, and the lane
   * goes on.
   * @default 1 s, 10 s, 1 min, 5 min, 15 min, 1 h
   */
  readonly waitsMs?: readonly number[] | undefined;
  /** Told of every dead letter, once it is stored. */
  readonly onDead?: ((event: InboxEvent) => void | Promise<void>) | undefined;
  /**
   * How long events are kept that are done or discarded. Dead letters wait for somebody.
   * @default 7 days
   */
  readonly keepMs?: number | undefined;
  /**
   * How long ids are remembered in the delivery log.
   * @default 30 days
   */
  readonly rememberMs?: number | undefined;
  readonly work?: WorkOptions | undefined;
  /** @default 60_000 */
  readonly leaseMs?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  /** @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** Events that were received, safe before the vendor gets its answer, and handled in order. */
export interface WebhookInbox {
  /**
   * The `store` of a webhook handler: events, their ids in the delivery log and the job that handles them
   * are one transaction. Nothing can be lost or come twice between them.
   */
  storeFor(place: InboxPlace): (events: readonly ConnectorEvent[]) => Promise<void>;
  /** The same inside a transaction of the caller's. */
  add(
    place: InboxPlace & { readonly events: readonly ConnectorEvent[] },
    state: StateTransaction,
  ): Promise<void>;
  /** Begins to handle events. */
  start(): void;
  /** In the order of their arrival. */
  list(query: {
    readonly tenant: string;
    readonly status?: InboxEvent['status'] | undefined;
    readonly limit?: number | undefined;
  }): Promise<readonly InboxEvent[]>;
  /** Has a dead, discarded or done event handled again. Answers whether it was there. */
  replay(key: InboxKey): Promise<boolean>;
  /** Has all dead letters of a tenant handled again; answers how many. */
  replayDead(tenant: string): Promise<number>;
  /** Takes a dead letter, or one that waits, out of the way. Answers whether it was there. */
  discard(key: InboxKey, reason: string): Promise<boolean>;
  close(): Promise<void>;
}

type Db = Kysely<StateSchema>;

const queue = 'inbox';
const defaultWaitsMs = [1_000, 10_000, 60_000, 300_000, 900_000, 3_600_000];

/** Makes an inbox. */
export function createWebhookInbox(options: WebhookInboxOptions): WebhookInbox {
  const { store, engine, clock = systemClock, logger, random = Math.random } = options;
  const { waitsMs = defaultWaitsMs, keepMs = 7 * 86_400_000, leaseMs = 60_000 } = options;
  const { rememberMs = 30 * 86_400_000 } = options;
  let worker: JobWorker | undefined;

  const within = <Result>(
    work: (db: Db, state: SqlStateTransaction) => Promise<Result>,
    lease?: ReturnType<LaneSession['lease']>,
  ): Promise<Result> =>
    store.transaction(
      (state) => {
        const sql = state as SqlStateTransaction;
        return work(sql.database as Db, sql);
      },
      { lease, repeat: 'unless-stored' },
    );

  const add: WebhookInbox['add'] = async (place, given) => {
    const state = given as SqlStateTransaction;
    const db = state.database as Db;
    const { tenant, scope, laneOf } = place;
    const now = clock.now();
    const lanes = new Map<string, ConnectorEvent[]>();
    for (const event of place.events) {
      const lane = laneOf?.(event) ?? '';
      lanes.set(lane, [...(lanes.get(lane) ?? []), event]);
    }
    // In one order, or two transactions wait for each other.
    for (const [lane, events] of [...lanes].sort(([a], [b]) => (a < b ? -1 : 1))) {
      await state.lock('inbox', tenant, lane);
      let sequence = await eventLanes.lastSequence(db, { tenant, lane });
      for (const event of events) {
        sequence += 1;
        await db
          .insertInto('inbox_event')
          .values({ ...newEvent(event, now), tenant, scope, lane, sequence })
          .onConflict((conflict) => conflict.columns(['tenant', 'scope', 'id']).doNothing())
          .execute();
        await remember(db, { scope, id: event.id, until: now + rememberMs });
      }
      await wakeLane(engine, { tenant, lane, queue }, state);
    }
  };

  /** Handles the first event of a lane, and writes down what became of it. */
  async function step(lane: Lane, session: LaneSession): Promise<boolean> {
    const row = await within((db) => eventLanes.first(db, lane), session.lease());
    if (row === undefined || row.next_at > clock.now()) return false;
    const { tenant, scope, id } = row;
    const attempt = row.attempts + 1;
    let failure: { readonly error: unknown } | undefined;
    try {
      const context = { tenant, scope, id, attempt, signal: session.signal };
      await options.handle(JSON.parse(row.event) as ConnectorEvent, context);
    } catch (error) {
      session.signal.throwIfAborted();
      failure = { error };
    }
    const values = failure === undefined ? done() : failed(row, attempt, failure.error);
    const isStored = await within((db) => eventLanes.settle(db, row, values), session.lease());
    if (isStored && values.status === 'dead') await tellDead({ ...row, ...values });
    return true;
  }

  const done = () => {
    const now = clock.now();
    return {
      status: 'done' as const,
      ended_at: now,
      next_at: now,
      error_code: null,
      error_message: null,
    };
  };

  function failed(row: EventRow, attempts: number, error: unknown) {
    const now = clock.now();
    const retryAfterMs = ConnectorError.isInstance(error) ? error.retryAfterMs : undefined;
    const next = isFinal(error)
      ? undefined
      : nextTry({ waitsMs, attempts, now, random, retryAfterMs });
    return {
      status: next === undefined ? ('dead' as const) : ('waiting' as const),
      attempts,
      next_at: next ?? row.next_at,
      ended_at: next === undefined ? now : null,
      ...failureColumns(error),
    };
  }

  async function tellDead(row: EventRow): Promise<void> {
    logger?.error('An event of the inbox is a dead letter.', {
      tenant: row.tenant,
      id: row.id,
      code: row.error_code,
    });
    await Promise.resolve(options.onDead?.(inboxEventOf(row))).catch(() => undefined);
  }

  async function thenWake<Result>(
    work: (db: Db, state: SqlStateTransaction) => Promise<Result>,
  ): Promise<Result> {
    const result = await within(work);
    engine.wake(queue);
    return result;
  }

  async function again(state: SqlStateTransaction, row: EventRow): Promise<void> {
    const now = clock.now();
    const values = { status: 'waiting' as const, attempts: 0, next_at: now, ended_at: null };
    await eventLanes.change(state.database as Db, row, values);
    await wakeLane(engine, { tenant: row.tenant, lane: row.lane, queue }, state);
  }

  return {
    storeFor: (place) => (events) => thenWake((_, state) => add({ ...place, events }, state)),
    add,
    start() {
      worker ??= startLanes({
        ...options.work,
        store,
        engine,
        queue,
        clock,
        logger,
        leaseMs,
        mostSteps: 50,
        step,
        nextAt: async (state, lane) =>
          (await eventLanes.first(state.database as Db, lane))?.next_at,
        overdue: ({ database }, query) => eventLanes.overdue(database as Db, query),
        prune: pruner({ store, clock, logger, oldRows: (now) => eventLanes.old(now - keepMs) }),
      });
    },
    list: ({ tenant, status, limit = 100 }) =>
      within(async (db) => {
        let rows = db.selectFrom('inbox_event').selectAll().where('tenant', '=', tenant);
        if (status !== undefined) rows = rows.where('status', '=', status);
        const found = await rows.orderBy('lane').orderBy('sequence').limit(limit).execute();
        return found.map(inboxEventOf);
      }),
    replay: (key) =>
      thenWake(async (db, state) => {
        const row = await eventLanes.byKey(db, key);
        if (row === undefined) return false;
        await again(state, row);
        return true;
      }),
    replayDead: (tenant) =>
      thenWake(async (db, state) => {
        const rows = await db
          .selectFrom('inbox_event')
          .selectAll()
          .where('tenant', '=', tenant)
          .where('status', '=', 'dead')
          .execute();
        for (const row of rows) await again(state, row);
        return rows.length;
      }),
    discard: (key, reason) =>
      within(async (db) => {
        const row = await eventLanes.byKey(db, key);
        if (row === undefined || row.status === 'done') return false;
        await eventLanes.change(db, row, {
          status: 'discarded',
          ended_at: clock.now(),
          error_message: redact(reason),
        });
        return true;
      }),
    async close() {
      const closing = worker;
      worker = undefined;
      await closing?.close();
    },
  };
}

/** No wait makes this event right; one that somebody has to act for waits. */
function isFinal(error: unknown): boolean {
  if (!ConnectorError.isInstance(error) || error.retryable) return false;
  return ['validation', 'mapping', 'unsupported'].includes(error.category);
}
