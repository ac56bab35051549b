import {
  type Clock,
  ConnectorError,
  type JsonValue,
  type Logger,
  redact,
} from '@common/connector-core';
import type { StateTransaction } from '@common/connector-sync';
import type { Kysely, Selectable } from 'kysely';
import { jobDataText } from '../jobs/job-data.ts';
import type { JobEngine } from '../jobs/job-engine.ts';
import { residentRows } from '../move/resident-rows.ts';
import type { SqlStore } from '../sql-store.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';
import { recurrence } from './cron.ts';
import { type DueTimes, dueTimes, type MissedRuns } from './missed-runs.ts';

/** Names a schedule. */
export interface ScheduleKey {
  readonly tenant: string;
  readonly id: string;
}

/** A job that begins by cron. It gets `{ schedule, dueAt, data }` as its data, see `ScheduledData`. */
export interface ScheduleRequest extends ScheduleKey {
  readonly queue: string;
  readonly data: JsonValue;
  /** Minute, hour, day of month, month, day of week; six fields begin with seconds. */
  readonly cron: string;
  /** @default 'UTC' */
  readonly timeZone?: string | undefined;
  /** @default 'once' */
  readonly missed?: MissedRuns | undefined;
  /** @default false, or as it was */
  readonly paused?: boolean | undefined;
}

/** A schedule as it is. */
export interface Schedule extends ScheduleKey {
  readonly queue: string;
  readonly data: JsonValue;
  readonly cron: string;
  readonly timeZone: string;
  readonly missed: MissedRuns;
  readonly paused: boolean;
  /** Milliseconds since the Unix epoch; `undefined` when paused or never again. */
  readonly nextAt: number | undefined;
}

/** The data of a job that a schedule has begun. */
export interface ScheduledData {
  readonly schedule: string;
  /** Milliseconds since the Unix epoch. */
  readonly dueAt: number;
  readonly data: JsonValue;
}

/** Jobs that begin by cron, kept in the state. Each time brings one job, however many processes watch. */
export interface JobSchedules {
  /** Makes a schedule, or changes it. */
  set(schedule: ScheduleRequest, options?: InTransaction): Promise<Schedule>;
  get(key: ScheduleKey, options?: InTransaction): Promise<Schedule | undefined>;
  /** Those of a tenant, in the order of their ids. */
  list(tenant: string, options?: InTransaction): Promise<readonly Schedule[]>;
  /** Answers whether it was there. */
  remove(key: ScheduleKey, options?: InTransaction): Promise<boolean>;
  /** Paused schedules miss nothing: after the pause the next time counts. */
  setPaused(key: ScheduleKey, paused: boolean, options?: InTransaction): Promise<Schedule>;
}

interface InTransaction {
  readonly within?: StateTransaction | undefined;
}

/** With what an engine needs of them. */
export interface WatchedSchedules extends JobSchedules {
  /** Begins to look for what is due, if nobody does yet. Call the answer to stop. */
  watch(): () => Promise<void>;
  close(): Promise<void>;
}

const mostAtOnce = 200;

/** A clock that goes back by more was wrong before; by less, it is set right all the time. As Vixie cron has it. */
const correctionMs = 3 * 3_600_000;

export function jobSchedules(options: {
  readonly store: SqlStore;
  readonly enqueue: JobEngine['enqueue'];
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  readonly pollMs: number;
}): WatchedSchedules {
  const { store, enqueue, clock, logger, pollMs } = options;
  let watchers = 0;
  let tickedAt = Number.NEGATIVE_INFINITY;
  let watching: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;

  const within = <Result>(
    state: StateTransaction | undefined,
    work: (db: Kysely<StateSchema>, state: SqlStateTransaction) => Promise<Result>,
    readOnly = false,
  ): Promise<Result> => {
    const run = (given: StateTransaction): Promise<Result> => {
      const sql = given as SqlStateTransaction;
      return work(sql.database as Kysely<StateSchema>, sql);
    };
    return state === undefined
      ? store.transaction(run, { readOnly, repeat: 'unless-stored' })
      : run(state);
  };

  const report = (message: string, error: unknown): void =>
    logger?.warn(message, { reason: error instanceof Error ? redact(error.message) : 'unknown' });

  /** What was put far off by a clock that was ahead comes when it should. */
  async function bringForward(now: number): Promise<void> {
    await within(undefined, async (db, state) => {
      await state.lock('schedules');
      const rows = await db
        .selectFrom('job_schedule')
        .selectAll()
        .where('paused', '=', 0)
        .where('next_at', '>', now + correctionMs)
        .where(residentRows('job_schedule'))
        .execute();
      for (const row of rows) {
        const next = nextOf(row, now);
        if (next !== row.next_at) await update(db, row, { next_at: next });
      }
    });
  }

  async function tick(): Promise<boolean> {
    const now = clock.now();
    if (now < tickedAt - correctionMs) await bringForward(now);
    tickedAt = now;
    const isDue = await within(undefined, async (db) => (await due(db, now, 1)).length > 0, true);
    if (!isDue) return false;
    return within(undefined, async (db, state) => {
      await state.lock('schedules');
      const rows = await due(db, now, mostAtOnce);
      for (const row of rows) await begin(db, state, row, now);
      return rows.length === mostAtOnce;
    });
  }

  async function begin(
    db: Kysely<StateSchema>,
    state: SqlStateTransaction,
    row: Row,
    now: number,
  ): Promise<void> {
    let found: DueTimes;
    try {
      const times = recurrence(row.cron, row.time_zone);
      found = dueTimes(times, { nextAt: row.next_at ?? now, now, missed: row.missed });
    } catch (error) {
      // For example a time zone that this machine does not know. The others go on.
      report(`The schedule ${row.id} of the tenant ${row.tenant} cannot be read; it rests.`, error);
      return update(db, row, { next_at: null });
    }
    const data = JSON.parse(row.data) as JsonValue;
    await enqueue(
      found.due.map((dueAt) => ({
        queue: row.queue,
        tenant: row.tenant,
        data: { schedule: row.id, dueAt, data } satisfies ScheduledData as unknown as JsonValue,
      })),
      { within: state },
    );
    await update(db, row, { next_at: found.next ?? null });
  }

  async function watchLoop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let hasMore = false;
      try {
        hasMore = await tick();
      } catch (error) {
        report('Schedules could not be looked at; it is tried again.', error);
      }
      if (!hasMore) await clock.sleep(pollMs, signal).catch(() => undefined);
    }
  }

  async function stop(): Promise<void> {
    const stopped = watching;
    watching = undefined;
    stopped?.stop.abort();
    await stopped?.done;
  }

  return {
    set: (request, { within: state } = {}) =>
      within(state, async (db, { lock }) => {
        // What a watcher moves on meanwhile would be put back, and the time come twice.
        await lock('schedules');
        const before = await rowOf(db, request);
        const { cron, timeZone = 'UTC', missed = 'once' } = request;
        const isPaused = request.paused ?? before?.paused === 1;
        const now = clock.now();
        const nextAt = recurrence(cron, timeZone).after(now) ?? null;
        const hasSameTimes = before?.cron === cron && before.time_zone === timeZone;
        const row: Row = {
          tenant: request.tenant,
          id: request.id,
          queue: request.queue,
          data: jobDataText(request.data),
          cron,
          time_zone: timeZone,
          missed,
          paused: isPaused ? 1 : 0,
          // An app that sets its schedules at each start loses no time that has come meanwhile.
          next_at:
            hasSameTimes && before.paused === 0 && !isPaused
              ? earlier(before.next_at, nextAt)
              : nextAt,
          updated_at: now,
        };
        await db
          .insertInto('job_schedule')
          .values(row)
          .onConflict((conflict) => conflict.columns(['tenant', 'id']).doUpdateSet(row))
          .execute();
        return scheduleOf(row);
      }),
    get: (key, { within: state } = {}) =>
      within(
        state,
        async (db) => {
          const row = await rowOf(db, key);
          return row === undefined ? undefined : scheduleOf(row);
        },
        true,
      ),
    list: (tenant, { within: state } = {}) =>
      within(
        state,
        async (db) => {
          const rows = await db
            .selectFrom('job_schedule')
            .selectAll()
            .where('tenant', '=', tenant)
            .orderBy('id')
            .execute();
          return rows.map(scheduleOf);
        },
        true,
      ),
    remove: ({ tenant, id }, { within: state } = {}) =>
      within(state, async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom('job_schedule')
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .executeTakeFirst();
        return numDeletedRows === 1n;
      }),
    setPaused: (key, paused, { within: state } = {}) =>
      within(state, async (db, { lock }) => {
        await lock('schedules');
        const row = await rowOf(db, key);
        if (row === undefined) throw unknownSchedule(key);
        const now = clock.now();
        const isChange = (row.paused === 1) !== paused;
        const nextAt = recurrence(row.cron, row.time_zone).after(now) ?? null;
        const values = {
          paused: paused ? 1 : 0,
          next_at: isChange ? nextAt : row.next_at,
          updated_at: now,
        };
        await update(db, key, values);
        return scheduleOf({ ...row, ...values });
      }),
    watch() {
      watchers += 1;
      if (watching === undefined) {
        const stopping = new AbortController();
        watching = { stop: stopping, done: watchLoop(stopping.signal) };
      }
      let isOpen = true;
      return async () => {
        if (!isOpen) return;
        isOpen = false;
        watchers -= 1;
        if (watchers === 0) await stop();
      };
    },
    close: stop,
  };
}

type Row = Selectable<StateSchema['job_schedule']>;

/** One that cannot be read is told of when it is due. */
function nextOf(row: Row, now: number): number | null {
  try {
    return earlier(row.next_at, recurrence(row.cron, row.time_zone).after(now) ?? null);
  } catch {
    return row.next_at;
  }
}

function earlier(left: number | null, right: number | null): number | null {
  const least = Math.min(left ?? Infinity, right ?? Infinity);
  return least === Infinity ? null : least;
}

function due(db: Kysely<StateSchema>, now: number, limit: number): Promise<readonly Row[]> {
  return db
    .selectFrom('job_schedule')
    .selectAll()
    .where('paused', '=', 0)
    .where('next_at', '<=', now)
    .where(residentRows('job_schedule'))
    .orderBy('next_at')
    .limit(limit)
    .execute();
}

function rowOf(db: Kysely<StateSchema>, { tenant, id }: ScheduleKey): Promise<Row | undefined> {
  return db
    .selectFrom('job_schedule')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst();
}

async function update(
  db: Kysely<StateSchema>,
  { tenant, id }: ScheduleKey,
  values: Partial<Row>,
): Promise<void> {
  await db
    .updateTable('job_schedule')
    .set(values)
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .execute();
}

function scheduleOf(row: Row): Schedule {
  return {
    tenant: row.tenant,
    id: row.id,
    queue: row.queue,
    data: JSON.parse(row.data) as JsonValue,
    cron: row.cron,
    timeZone: row.time_zone,
    missed: row.missed,
    paused: row.paused === 1,
    nextAt: row.paused === 1 ? undefined : (row.next_at ?? undefined),
  };
}

function unknownSchedule({ tenant, id }: ScheduleKey): ConnectorError {
  return new ConnectorError({
    code: 'ERR_NOT_FOUND',
    category: 'not-found',
    message: `The tenant ${tenant} has no schedule ${id}.`,
    key: id,
  });
}
