import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { ConnectorError } from '@common/connector-core';
import { databaseFailure } from '../sqlite/database-failure.ts';
import { loadNodeSqlite } from '../sqlite/load-node-sqlite.ts';

/** Options of `backupState`. */
export interface BackupStateOptions {
  /** The file of the state. It may be in use. */
  readonly path: string;
  /** The copy. There must be no file of this name yet. */
  readonly to: string;
  /**
   * How long to wait for a process that is writing.
   * @default 30_000
   */
  readonly busyTimeoutMs?: number | undefined;
}

/**
 * Copies a SQLite state while processes work on it: all of one moment, in one file. It blocks the event loop
 * of its process as long as it takes; copying the file itself would not be safe. For PostgreSQL use `pg_dump`.
 *
 * The copy is marked as by `markRestored`: whoever works on it looks first for what was created since.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when the copy is there already or the state is not;
 * `ERR_STORE_FULL`, `ERR_STORE_DAMAGED`, `ERR_STORE_UNUSABLE`
 */
export async function backupState(options: BackupStateOptions): Promise<void> {
  const { path, to, busyTimeoutMs = 30_000 } = options;
  if (!existsSync(path)) throw unusable('path', `There is no file ${resolve(path)}.`);
  if (existsSync(to)) {
    throw unusable('to', `${resolve(to)} is there already. Name another file, or remove it first.`);
  }
  const { DatabaseSync } = await loadNodeSqlite();
  const database = new DatabaseSync(path);
  try {
    database.exec(`pragma busy_timeout = ${Math.round(busyTimeoutMs)}`);
    // https://www.sqlite.org/lang_vacuum.html#vacuuminto: one read transaction, nothing half done.
    database.prepare('vacuum into ?').run(to);
    chmodSync(to, 0o600);
    mark(to, new DatabaseSync(to));
  } catch (error) {
    throw databaseFailure(to, error);
  } finally {
    database.close();
  }
}

/** A state that has moved on is closed by triggers: `reopenState` marks it. A table of its own has no flows. */
function mark(path: string, copy: DatabaseSync): void {
  let isMarked = false;
  try {
    const names = ['sync_checkpoint', 'state_move'].filter(
      (name) =>
        copy
          .prepare('select 1 from sqlite_schema where type = ? and name = ?')
          .get('table', name) !== undefined,
    );
    const isClosed =
      names.includes('state_move') &&
      copy.prepare("select 1 from state_move where tenant = ''").get() !== undefined;
    if (names.includes('sync_checkpoint') && !isClosed) {
      copy
        .prepare(
          'insert or replace into sync_checkpoint (tenant, flow, name, value) values (?, ?, ?, ?)',
        )
        .run('', '', 'restored', JSON.stringify({ id: randomUUID() }));
    }
    isMarked = true;
  } finally {
    copy.close();
    // Without its mark it would be taken for the state of now.
    if (!isMarked) rmSync(path);
  }
}

function unusable(path: string, message: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message,
    path,
  });
}
