import { ConnectorError } from '@common/connector-core';

/** A connection, or a transaction, as pg-boss takes it. */
export interface PgBossDatabase {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** A job of pg-boss. */
export interface PgBossJob {
  readonly id: string;
  readonly data: unknown;
  readonly retryCount: number;
  readonly groupId?: string | null;
}

/** What is used of pg-boss 12.30: an instance of the app's own fits, started with `migrate`. */
export interface PgBossLike {
  start(): Promise<unknown>;
  stop(options?: { graceful?: boolean; close?: boolean }): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  createQueue(name: string, options?: object): Promise<void>;
  getQueue(name: string): Promise<object | null>;
  findJobs(name: string, options: { id: string }): Promise<readonly unknown[]>;
  insert(name: string, jobs: object[], options?: { db?: PgBossDatabase }): Promise<unknown>;
  fetch(
    name: string,
    options: { batchSize: number; includeMetadata: true; groupConcurrency: number },
  ): Promise<readonly PgBossJob[]>;
  complete(
    name: string,
    ids: string[],
    data: null,
    options: { db: PgBossDatabase },
  ): Promise<unknown>;
  fail(name: string, id: string, data: object, options: { db: PgBossDatabase }): Promise<unknown>;
}

/**
 * Makes an instance of our own. Its cron is off: schedules are in the state.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when pg-boss is not installed
 */
export async function createPgBoss(options: {
  readonly url: string;
  readonly schema: string;
  readonly monitorSeconds: number;
}): Promise<PgBossLike> {
  const { PgBoss } = await loadPgBoss();
  return new PgBoss({
    connectionString: options.url,
    schema: options.schema,
    application_name: 'common-connectors-jobs',
    max: 4,
    schedule: false,
    superviseIntervalSeconds: options.monitorSeconds,
    monitorIntervalSeconds: options.monitorSeconds,
  });
}

async function loadPgBoss(): Promise<typeof import('pg-boss')> {
  try {
    return await import('pg-boss');
  } catch (cause) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message:
        'Jobs on PostgreSQL need the package pg-boss. Install it: npm install pg-boss@12.30.0',
      cause,
    });
  }
}
