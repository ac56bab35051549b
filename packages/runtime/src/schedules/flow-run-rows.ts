import type { JsonValue } from '@common/connector-core';
import type { SyncCounts } from '@common/connector-sync';
import { type Kysely, type Selectable, type SqlBool, sql } from 'kysely';
import type { Lane } from '../jobs/lane-worker.ts';
import type { OldRows } from '../jobs/prune-rows.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';
import type { FlowRef, FlowRun } from './flow-run.ts';

export type FlowRunRow = Selectable<StateSchema['flow_run']>;
type Db = Kysely<StateSchema>;

/** The lane that the runs of a flow go through one after the other. */
export function laneOf({ tenant, connection, flow }: FlowRef): Lane {
  return { tenant, lane: JSON.stringify([connection, flow]) };
}

/** Whoever queues, begins, ends or cancels runs of a lane takes turns, to the end of the transaction. */
export function lockRuns(state: SqlStateTransaction, { tenant, lane }: Lane): Promise<void> {
  return state.lock('flow-run', tenant, lane);
}

/** The runs of a lane. Every read names its tenant: here, once. */
export function runsOf(db: Db, { tenant, lane }: Lane) {
  return db.selectFrom('flow_run').where('tenant', '=', tenant).where('lane', '=', lane);
}

export async function changeRun(
  db: Db,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  values: Partial<FlowRunRow>,
): Promise<void> {
  await db
    .updateTable('flow_run')
    .set(values)
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .execute();
}

export function runById(
  db: Db,
  { tenant, id }: { readonly tenant: string; readonly id: string },
): Promise<FlowRunRow | undefined> {
  return db
    .selectFrom('flow_run')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** A run that has not begun. */
export function queuedRow(
  run: FlowRef & {
    readonly id: string;
    readonly cause: FlowRun['cause'];
    readonly dueAt: number;
    readonly options: JsonValue;
  },
  now: number,
): FlowRunRow {
  return {
    tenant: run.tenant,
    id: run.id,
    lane: laneOf(run).lane,
    connection: run.connection,
    flow: run.flow,
    cause: run.cause,
    status: 'queued',
    due_at: run.dueAt,
    next_at: now,
    queued_at: now,
    started_at: null,
    ended_at: null,
    attempt: 0,
    interruptions: 0,
    cancelled: 0,
    options: JSON.stringify(run.options),
    counts: null,
    error_code: null,
    error_message: null,
  };
}

/** Runs that ended before an instant. The engine goes by the latest of each flow: that one stays. */
export function oldRuns(before: number): readonly OldRows[] {
  return [
    {
      table: 'flow_run',
      key: ['tenant', 'id'],
      isOld: sql<SqlBool>`status in ('done', 'failed', 'cancelled') and next_at < ${before} and ended_at < ${before}`,
    },
    {
      table: 'sync_run',
      key: ['tenant', 'flow', 'run_id'],
      isOld: sql<SqlBool>`status <> 'running' and updated_at < ${before} and exists (
        select 1 from sync_run later where later.tenant = sync_run.tenant
        and later.flow = sync_run.flow and later.started_at > sync_run.started_at)`,
    },
  ];
}

export function flowRunOf(row: FlowRunRow): FlowRun {
  const { started_at: startedAt, ended_at: endedAt } = row;
  return {
    tenant: row.tenant,
    connection: row.connection,
    flow: row.flow,
    id: row.id,
    cause: row.cause,
    status: row.status,
    dueAt: row.due_at,
    queuedAt: row.queued_at,
    nextAt: row.status === 'queued' ? row.next_at : undefined,
    startedAt: startedAt ?? undefined,
    endedAt: endedAt ?? undefined,
    durationMs: startedAt === null || endedAt === null ? undefined : endedAt - startedAt,
    attempt: row.attempt,
    interruptions: row.interruptions,
    options: JSON.parse(row.options) as JsonValue,
    counts: row.counts === null ? undefined : (JSON.parse(row.counts) as Partial<SyncCounts>),
    errorCode: row.error_code ?? undefined,
    errorMessage: row.error_message ?? undefined,
  };
}
