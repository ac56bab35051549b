import { type Clock, ConnectorError, systemClock } from '@common/connector-core';
import type { Kysely } from 'kysely';
import type { SqlDatabase, SqlLock, SqlTransactionOptions } from '../state/sql-database.ts';
import { type PostgresConnection, postgresConnection } from './postgres-connection.ts';
import { isBusy, isConnectionLost, postgresFailure } from './postgres-failure.ts';
import { noLocks, postgresLocks } from './postgres-locks.ts';
import {
  createPool,
  hearErrors,
  type OwnPool,
  type PostgresClient,
  type PostgresPool,
} from './postgres-pool.ts';

/** Options of a PostgreSQL database. */
export interface PostgresDatabaseOptions {
  /** `postgres://user:password@host:5432/database`, with the parameters of `pg`, for example `?sslmode=verify-full`. */
  readonly url?: string | undefined;
  /** A `Pool` of `pg` in place of a URL. Who made it ends it, and listens to its `error` event. */
  readonly pool?: PostgresPool | undefined;
  /**
   * Schema of the tables, made if it is not there.
   * @default the first of the connection's `search_path`, usually `public`
   */
  readonly schema?: string | undefined;
  /**
   * Most connections of the pool that is made of `url`.
   * @default 10
   */
  readonly maxConnections?: number | undefined;
  /**
   * How long to wait for another transaction, and for a server that does not answer.
   * @default 30_000
   */
  readonly busyTimeoutMs?: number | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 up to 1, for jitter. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/**
 * A process that was stopped inside a transaction holds its locks no longer than this: then the server
 * ends the transaction.
 */
const idleTransactionMs = 20_000;

/** Why a try came to nothing. */
interface FailedTry {
  readonly error: unknown;
  /** `none`: certainly nothing was stored. */
  readonly stored: 'none' | 'unknown';
  /** The work did not even begin. */
  readonly isBefore: boolean;
}

/** PostgreSQL through a pool of `pg`. */
export function postgresDatabase(options: PostgresDatabaseOptions): SqlDatabase {
  const { url, schema, maxConnections = 10, busyTimeoutMs = 30_000 } = options;
  const { clock = systemClock, random = Math.random } = options;
  if ((url === undefined) === (options.pool === undefined)) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: 'State in PostgreSQL needs a url, or a pool of pg: one of the two.',
    });
  }
  if (options.pool !== undefined) hearErrors(options.pool);
  const name = serverName(url);
  const connections = new WeakMap<PostgresClient, PostgresConnection>();
  let own: Promise<OwnPool> | undefined;
  let isClosed = false;
  let hasSchema = schema === undefined;

  const settings = [
    `set local lock_timeout = ${busyTimeoutMs}`,
    `set local idle_in_transaction_session_timeout = ${idleTransactionMs}`,
    ...(schema === undefined ? [] : [`set local search_path to ${quoted(schema)}`]),
  ];
  const beginning = {
    // Each statement sees what was committed before it began, so a lock shows what its last holder has stored.
    write: ['begin isolation level read committed', ...settings].join(';'),
    read: ['begin isolation level repeatable read read only', ...settings].join(';'),
  };

  async function connect(): Promise<PostgresClient> {
    if (options.pool !== undefined) return options.pool.connect();
    own ??= createPool({ url: url ?? '', maxConnections });
    return (await own).connect();
  }

  function connectionOf(client: PostgresClient): PostgresConnection {
    const known = connections.get(client);
    if (known !== undefined) return known;
    // The pool may have opened it before. One that is lost between two statements says so by an event; the
    // next statement fails.
    client.on?.('error', () => undefined);
    const connection = postgresConnection(client);
    connections.set(client, connection);
    return connection;
  }

  /** One try, on one connection. */
  async function attempt<Result>(
    work: (db: Kysely<unknown>, lock: SqlLock) => Promise<Result>,
    isReadOnly: boolean,
  ): Promise<{ readonly value: Result } | FailedTry> {
    let client: PostgresClient;
    try {
      client = await connect();
    } catch (error) {
      return { error, stored: 'none', isBefore: true };
    }
    let phase: 'begin' | 'work' | 'commit' = 'begin';
    let isUsable = true;
    const { db, takeFailure } = connectionOf(client);
    try {
      if (!hasSchema) {
        await makeSchema(client, schema ?? '');
        hasSchema = true;
      }
      await client.query(isReadOnly ? beginning.read : beginning.write);
      takeFailure();
      phase = 'work';
      const value = await work(db, isReadOnly ? noLocks : postgresLocks(db));
      phase = 'commit';
      const { command } = await client.query('commit');
      // A statement failed, and the work went on as if it had not.
      if (command === 'ROLLBACK') {
        return { error: takeFailure(), stored: 'none', isBefore: false };
      }
      return { value };
    } catch (error) {
      const isLost = isConnectionLost(error);
      // What was thrown because of a failed statement may be something else than its failure.
      const failure = phase === 'work' ? (takeFailure() ?? error) : error;
      isUsable = !isLost && !isConnectionLost(failure) && phase !== 'begin';
      if (isUsable) {
        isUsable = await client.query('rollback').then(
          () => true,
          () => false,
        );
      }
      const cause = isConnectionLost(failure) || isBusy(failure) ? failure : error;
      const stored = phase === 'commit' && isLost && !isReadOnly ? 'unknown' : 'none';
      return { error: cause, stored, isBefore: phase === 'begin' };
    } finally {
      client.release(!isUsable);
    }
  }

  function mayRepeat(failed: FailedTry, repeat: SqlTransactionOptions['repeat']): boolean {
    if (!isConnectionLost(failed.error) && !isBusy(failed.error)) return false;
    if (failed.stored === 'unknown') return repeat === 'always';
    return failed.isBefore || repeat === 'always' || repeat === 'unless-stored';
  }

  return {
    dialect: 'postgres',
    place: `${name.replace(/^The/, 'the')}${schema === undefined ? '' : `, schema ${schema}`}`,
    durable: true,
    async transaction(
      work,
      { readOnly: isReadOnly = false, repeat = isReadOnly ? 'always' : 'never' } = {},
    ) {
      const deadline = clock.now() + busyTimeoutMs;
      for (let tries = 1; ; tries += 1) {
        if (isClosed) throw closed(name);
        const done = await attempt(work, isReadOnly);
        if ('value' in done) return done.value;
        if (!mayRepeat(done, repeat) || clock.now() >= deadline) {
          throw postgresFailure(done.error, { name, outcomeUnknown: done.stored === 'unknown' });
        }
        await clock.sleep(Math.ceil(Math.min(1000, 10 * 2 ** tries) * (0.5 + random() / 2)));
      }
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await (await own?.catch(() => undefined))?.end();
    },
  };
}

async function makeSchema(client: PostgresClient, schema: string): Promise<void> {
  const { rows } = await client.query('select 1 from pg_namespace where nspname = $1', [schema]);
  if (rows.length > 0) return;
  await client.query(`create schema if not exists ${quoted(schema)}`).catch((error: unknown) => {
    // Another process made it in the same moment: "if not exists" looks before it leaps.
    if ((error as { code?: unknown }).code !== '23505') throw error;
  });
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** Without user and password. */
function serverName(url: string | undefined): string {
  if (url === undefined) return 'The PostgreSQL database';
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed === undefined
    ? 'The PostgreSQL database'
    : `The PostgreSQL database ${parsed.host}${parsed.pathname}`;
}

function closed(name: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_STORE_CLOSED',
    category: 'internal',
    message: `${name} has been closed. Close it after the last run has ended.`,
  });
}
