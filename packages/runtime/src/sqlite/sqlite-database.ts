import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Clock, ConnectorError, systemClock } from '@common/connector-core';
import { CompiledQuery, Kysely, SqliteDialect } from 'kysely';
import type { SqlDatabase } from '../state/sql-database.ts';
import { databaseFailure } from './database-failure.ts';
import { loadNodeSqlite } from './load-node-sqlite.ts';
import { nodeSqliteDatabase } from './node-sqlite-database.ts';

/** Options of a database file. */
export interface SqliteDatabaseOptions {
  /** Path of the file, made with its folder if it is not there; `:memory:` for one that is lost at the end. */
  readonly path: string;
  /**
   * How long to wait for another process that is writing.
   * @default 30_000
   */
  readonly busyTimeoutMs?: number | undefined;
  readonly clock?: Clock | undefined;
  /** @default Math.random */
  readonly random?: (() => number) | undefined;
}

// SQLite waits in the thread of the event loop: keep that short, wait longer in between.
const blockingWaitMs = 50;

/**
 * A SQLite file, opened on first use, or `ERR_STORE_UNUSABLE`, `ERR_STORE_DAMAGED`, `ERR_STORE_FULL`. One connection:
 * transactions take turns.
 */
export function sqliteDatabase(options: SqliteDatabaseOptions): SqlDatabase {
  const { path, busyTimeoutMs = 30_000, clock = systemClock, random = Math.random } = options;
  if (typeof path !== 'string' || path === '') {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: 'The SQLite file has no path. Name a file, for example state.db, or :memory:.',
      path: 'path',
    });
  }
  let opened: Promise<Kysely<unknown>> | undefined;
  let tail: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  let file: bigint | undefined;

  async function whenFree<Result>(work: () => Promise<Result>): Promise<Result> {
    const deadline = clock.now() + busyTimeoutMs;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!isBusy(error)) throw databaseFailure(path, error);
        if (clock.now() >= deadline) throw busy(path, error);
        await clock.sleep(Math.ceil(Math.min(200, 5 * 2 ** attempt) * (0.5 + random() / 2)));
      }
    }
  }

  async function begin(db: Kysely<unknown>, isReadOnly: boolean): Promise<void> {
    // IMMEDIATE: take the right to write at once; a reader that turns writer could only fail.
    await whenFree(() => run(db, isReadOnly ? 'begin' : 'begin immediate'));
  }

  // A file that was moved or removed can still be written to, but nobody will ever read it again.
  function checkFile(): void {
    if (file !== undefined && inodeOf(path) !== file) throw gone(path);
  }

  async function inTurn<Result>(work: (db: Kysely<unknown>) => Promise<Result>): Promise<Result> {
    if (isClosed) throw closed(path);
    opened ??= whenFree(() => open(path)).then(
      (db) => {
        file = path === ':memory:' ? undefined : inodeOf(path);
        return db;
      },
      (error: unknown) => {
        // What was in the way may be gone the next time.
        opened = undefined;
        throw error;
      },
    );
    const db = await opened;
    checkFile();
    return work(db);
  }

  return {
    dialect: 'sqlite',
    place: path === ':memory:' ? 'the memory of a process' : `the file ${resolve(path)}`,
    durable: path !== ':memory:',
    transaction(work, { readOnly: isReadOnly = false } = {}) {
      const result = tail.then(() =>
        inTurn(async (db) => {
          await begin(db, isReadOnly);
          try {
            const value = await work(db, nothingToLock);
            checkFile();
            await whenFree(() => run(db, 'commit'));
            return value;
          } catch (error) {
            await run(db, 'rollback').catch(() => undefined);
            throw databaseFailure(path, error);
          }
        }),
      );
      tail = result.catch(() => undefined);
      return result;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await tail;
      const db = await opened?.catch(() => undefined);
      await db?.destroy();
    },
  };
}

// A writer has the whole file.
async function nothingToLock(): Promise<void> {}

async function open(path: string): Promise<Kysely<unknown>> {
  const { DatabaseSync } = await loadNodeSqlite();
  if (path !== ':memory:') {
    mkdirSync(dirname(resolve(path)), { recursive: true });
    makeForOwner(path);
  }
  const database = new DatabaseSync(path);
  try {
    // Before journal_mode: changing the mode takes a lock.
    database.exec(`pragma busy_timeout = ${blockingWaitMs}`);
    const { version } = database.prepare('select sqlite_version() as version').get() as {
      version: string;
    };
    database.exec(`pragma journal_mode = ${isWalSafe(version) ? 'wal' : 'truncate'}`);
    database.exec('pragma synchronous = full');
    // Pages of 4 KiB: fewer, larger checkpoints; a page of a sync is a quarter of the usual 1,000.
    database.exec('pragma wal_autocheckpoint = 4000');
    const db = new Kysely<unknown>({
      dialect: new SqliteDialect({ database: nodeSqliteDatabase(database) }),
    });
    // Kysely opens on its first query, and closes only what it has opened.
    await run(db, 'select 1');
    return db;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Makes a new file that its owner only may read: keys of records, names and the audit are in it in
 * the clear. SQLite gives `-wal` and `-shm` the same permissions. Never opens a file that is there:
 * closing it would end the locks that this process holds on it.
 */
function makeForOwner(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch {
    // It is there already, or cannot be made: SQLite says what is wrong.
  }
}

/** Two connections that write to a WAL could corrupt it before SQLite 3.51.3. */
export function isWalSafe(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return major > 3 || (major === 3 && (minor > 51 || (minor === 51 && patch >= 3)));
}

async function run(db: Kysely<unknown>, sql: string): Promise<void> {
  await db.executeQuery(CompiledQuery.raw(sql));
}

function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: unknown }).errcode;
  // The low byte of the extended codes: 5 is SQLITE_BUSY, 6 is SQLITE_LOCKED.
  return typeof code === 'number' && ((code & 0xff) === 5 || (code & 0xff) === 6);
}

function busy(path: string, cause: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_STORE_BUSY',
    category: 'transient',
    message: `Another process keeps the database ${path} locked. Try again when it is done.`,
    cause,
  });
}

function inodeOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

function gone(path: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_STORE_GONE',
    category: 'configuration',
    message: `The database ${path} was moved, replaced or removed while it was in use; nothing more is stored. Put it back and start the process again.`,
  });
}

function closed(path: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_STORE_CLOSED',
    category: 'internal',
    message: `The database ${path} has been closed. Close it after the last run has ended.`,
  });
}
