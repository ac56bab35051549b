import type { DeadLetter, Lease, Link, RunRecord } from '@common/connector-sync';
import type { Selectable } from 'kysely';
import type { StateSchema } from './state-schema.ts';

type Row<Table extends keyof StateSchema> = Selectable<StateSchema[Table]>;

// Databases have NULL where records have undefined, and some answer bigint as text.

export function leaseOf(row: Row<'sync_lease'>): Lease {
  const { tenant, scope, owner } = row;
  return { tenant, scope, owner, token: row.token, expiresAt: Number(row.expires_at) };
}

export function linkOf(row: Omit<Row<'sync_link'>, 'tenant' | 'space'>): Link {
  return {
    leftKey: row.left_key,
    rightKey: row.right_key,
    leftPart: row.left_part ?? undefined,
    rightPart: row.right_part ?? undefined,
    leftDigest: row.left_digest,
    rightDigest: row.right_digest,
    leftShadow: row.left_shadow ?? undefined,
    rightShadow: row.right_shadow ?? undefined,
    version: row.version,
    deleted: row.deleted === 1,
    updatedAt: Number(row.updated_at),
  };
}

export function deadLetterOf(row: Row<'sync_dead_letter'>): DeadLetter {
  return {
    tenant: row.tenant,
    flow: row.flow,
    id: row.id,
    stage: row.stage,
    entity: row.entity,
    op: row.op,
    key: row.key,
    sourceKey: row.source_key ?? undefined,
    attempts: row.attempts,
    error: {
      code: row.error_code,
      category: row.error_category,
      message: row.error_message,
      path: row.error_path ?? undefined,
      retryable: row.retryable === 1,
    },
    digest: row.digest ?? undefined,
    firstAt: Number(row.first_at),
    lastAt: Number(row.last_at),
    status: row.status,
    reason: row.reason ?? undefined,
  };
}

export function deadLetterRow(letter: DeadLetter): Row<'sync_dead_letter'> {
  return {
    tenant: letter.tenant,
    flow: letter.flow,
    id: letter.id,
    stage: letter.stage,
    entity: letter.entity,
    op: letter.op,
    key: letter.key,
    source_key: letter.sourceKey ?? null,
    attempts: letter.attempts,
    error_code: letter.error.code,
    error_category: letter.error.category,
    error_message: letter.error.message,
    error_path: letter.error.path ?? null,
    retryable: letter.error.retryable ? 1 : 0,
    digest: letter.digest ?? null,
    first_at: letter.firstAt,
    last_at: letter.lastAt,
    status: letter.status,
    reason: letter.reason ?? null,
  };
}

export function runOf(row: Row<'sync_run'>): RunRecord {
  return {
    tenant: row.tenant,
    flow: row.flow,
    runId: row.run_id,
    mode: row.mode,
    status: row.status,
    startedAt: Number(row.started_at),
    updatedAt: Number(row.updated_at),
    counts: JSON.parse(row.counts),
    errorCode: row.error_code ?? undefined,
  };
}

export function runRow(run: RunRecord): Row<'sync_run'> {
  return {
    tenant: run.tenant,
    flow: run.flow,
    run_id: run.runId,
    mode: run.mode,
    status: run.status,
    started_at: run.startedAt,
    updated_at: run.updatedAt,
    counts: JSON.stringify(run.counts),
    error_code: run.errorCode ?? null,
  };
}
