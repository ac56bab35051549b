import { ConnectorError } from '@common/connector-core';
import { isProcessDead } from '@common/connector-sync';
import { type Kysely, sql } from 'kysely';
import type { SqlStore } from '../sql-store.ts';
import { migrateDatabase } from '../state/migrations.ts';
import type { StateSchema } from '../state/state-schema.ts';
import { tableRows } from '../target/table-rows.ts';
import { type CopyProgress, copyProgress, progressTable } from './copy-progress.ts';
import { insertRows } from './insert-rows.ts';
import { closeTables, endMove, moveOf, ownTables, setMove, takeMarkAlong } from './state-move.ts';
import { arrivingText, movedText, storeMoved } from './store-moved.ts';
import { type StoredTable, storedTables } from './stored-tables.ts';
import {
  keyOf,
  type StoredRow,
  type TableSelection,
  tableDigest,
  tablePages,
} from './table-pages.ts';

/** Options of `migrateState`. */
export interface MigrateStateOptions {
  /** Where the state is now. */
  readonly from: SqlStore;
  /** Where it goes: an empty store, or one that an interrupted migration has begun to fill. */
  readonly to: SqlStore;
  /**
   * Copies one tenant only: its flows, connections, secrets and the audit chain of its name. Webhook
   * deliveries, vendor budgets and tables of targets belong to no tenant and stay.
   */
  readonly tenant?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Is told after each page. */
  readonly onProgress?:
    | ((progress: { readonly table: string; readonly rows: number }) => void)
    | undefined;
}

/** What was copied, and is the same on both sides. */
export interface MigrateStateReport {
  readonly tables: readonly {
    readonly name: string;
    readonly rows: number;
    readonly digest: string;
  }[];
  readonly rows: number;
}

/** Columns that say whose rows they are; a chain of the audit has the name of its tenant. */
const tenantColumns: { readonly [table: string]: string | undefined } = { audit_record: 'chain' };
/** Belongs to all. */
const shared = new Set(['vault_key_check']);

/**
 * Moves state to another database, for example from SQLite to PostgreSQL: copies, and compares what
 * arrived with what was there. Stop the processes first: it refuses while a flow runs. It may be
 * interrupted and started again. From its begin on the old place is closed: whoever still runs there, or
 * is started there, gets `ERR_STORE_MOVED` with the place where the state is. `reopenState` undoes that.
 *
 * @throws ConnectorError `ERR_FLOW_BUSY` while a flow runs; `ERR_STORE_NOT_EMPTY`; `ERR_STORE_MOVED` when
 * it was moved already; `ERR_STORE_DIFFERS` when both sides do not agree in the end
 */
export async function migrateState(options: MigrateStateOptions): Promise<MigrateStateReport> {
  const { from, to, tenant = '' } = options;
  if (from.database === to.database) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: 'from and to are the same store. Open the new one with openStore({ url }).',
    });
  }
  // Both have the tables of this version then.
  for (const { database } of [from, to]) await migrateDatabase(database);
  const selections = await leave(options);
  const report = await from.database.transaction((source) => copy(source, selections, options), {
    readOnly: true,
    repeat: 'never',
  });
  const { dialect } = from.database;
  await from.database.transaction(async (source) => {
    const move = { tenant, status: 'left' as const, place: to.database.place };
    await closeTables(source, { dialect, selections: ofTenant(selections), move });
    await setMove(source, move);
  });
  // Last: until here whoever opens the new place is refused.
  await to.database.transaction(async (target) => {
    await copyProgress(target).end();
    await endMove(target, tenant);
  });
  return report;
}

/** Prepares the target, then closes the source: from here on nothing changes in what is copied. */
async function leave(options: MigrateStateOptions): Promise<readonly TableSelection[]> {
  const { from, to, tenant = '' } = options;
  const { dialect } = from.database;
  return from.database.transaction(
    async (source) => {
      // Nobody takes a lease from here on. In a file nobody else writes anyway.
      if (dialect === 'postgres') {
        await sql`lock table sync_lease in share row exclusive mode`.execute(source);
      }
      await refuseGone(source, options);
      await refuseRunning(source as Kysely<StateSchema>, options.tenant);
      const tables = await storedTables(source, dialect);
      const selections = tables.flatMap((table) => selectionOf(table, options.tenant));
      await prepareTarget(selections, options);
      const known = await moveOf(source, tenant);
      const isClosed = known?.place === to.database.place;
      if (!isClosed) {
        if (known === undefined) {
          await endLeases(source, options.tenant);
          if (tenant !== '') await takeMarkAlong(source, tenant);
        }
        const move = { tenant, status: 'leaving' as const, place: to.database.place };
        await closeTables(source, { dialect, selections: ofTenant(selections), move });
        await setMove(source, move);
      }
      return selections;
    },
    { repeat: 'never' },
  );
}

/** Gone is what has left, unless only the last step at the target is missing. */
async function refuseGone(
  source: Kysely<unknown>,
  { to, tenant = '' }: MigrateStateOptions,
): Promise<void> {
  const move = await moveOf(source, tenant);
  if (move === undefined) return;
  const { status } = move;
  if (status === 'arriving') throw storeMoved(arrivingText(move.place));
  if (status !== 'left') return;
  const arriving = await to.database.transaction((target) => moveOf(target, tenant), {
    readOnly: true,
  });
  if (arriving === undefined) throw storeMoved(movedText({ ...move, status }));
}

/** An empty target is marked as one that state comes to; one that is marked may have rows. */
async function prepareTarget(
  selections: readonly TableSelection[],
  { from, to, tenant = '' }: MigrateStateOptions,
): Promise<void> {
  const { dialect, transaction } = to.database;
  await transaction(async (target) => {
    const known = new Set((await storedTables(target, dialect)).map(({ name }) => name));
    if (known.has(progressTable)) return;
    for (const selection of ofTenant(selections)) {
      if (!known.has(selection.table.name)) continue;
      for await (const _row of tablePages(target, selection)) throw notEmpty(selection);
    }
    await copyProgress(target).begin();
    await setMove(target, { tenant, status: 'arriving', place: from.database.place });
    for (const { table } of selections) {
      if (!known.has(table.name)) await createTarget(target, to, table);
    }
  });
}

async function copy(
  source: Kysely<unknown>,
  selections: readonly TableSelection[],
  { to, signal, onProgress }: MigrateStateOptions,
): Promise<MigrateStateReport> {
  const { dialect } = to.database;
  const inTarget = <Result>(
    work: (db: Kysely<unknown>, progress: CopyProgress) => Promise<Result>,
  ) => to.database.transaction((db) => work(db, copyProgress(db)), { repeat: 'never' });

  for (const { table, isShared } of selections) {
    if (isShared !== true) continue;
    for await (const page of tablePages(source, { table, signal })) {
      await inTarget((target) => addMissing(target, { dialect, table, rows: page }));
    }
  }
  const tables = [];
  for (const selection of ofTenant(selections)) {
    const { table } = selection;
    const after = await inTarget((_target, progress) => progress.get(table.name));
    let rows = 0;
    for await (const page of tablePages(source, { ...selection, after, signal })) {
      await inTarget(async (target, progress) => {
        await insertRows(target, { dialect, table, rows: page });
        const last = page.at(-1);
        if (last !== undefined) await progress.set(table.name, keyOf(table, last));
      });
      rows += page.length;
      onProgress?.({ table: table.name, rows });
    }
  }
  for (const selection of ofTenant(selections)) {
    const { name } = selection.table;
    const before = await tableDigest(source, { ...selection, signal });
    const arrived = await inTarget((target) => tableDigest(target, { ...selection, signal }));
    if (before.digest !== arrived.digest) throw differs(name, before.rows, arrived.rows);
    tables.push({ name, ...before });
  }
  return { tables, rows: tables.reduce((sum, { rows }) => sum + rows, 0) };
}

/** Without what belongs to all: a move of one tenant neither needs it empty there, nor closes it here. */
function ofTenant(selections: readonly TableSelection[]): readonly TableSelection[] {
  return selections.filter(({ isShared }) => isShared !== true);
}

/** Inserts what is not there by its key. */
async function addMissing(
  target: Kysely<unknown>,
  { dialect, table, rows }: Parameters<typeof insertRows>[1],
): Promise<void> {
  const keyText = (row: StoredRow) => JSON.stringify(keyOf(table, row));
  const known = new Set<string>();
  for await (const page of tablePages(target, { table })) {
    for (const row of page) known.add(keyText(row));
  }
  const missing = rows.filter((row) => !known.has(keyText(row)));
  await insertRows(target, { dialect, table, rows: missing });
}

function selectionOf(table: StoredTable, tenant: string | undefined): readonly TableSelection[] {
  if (ownTables.has(table.name)) return [];
  if (table.key.length === 0) throw notOurs(table.name);
  if (tenant === undefined) return [{ table }];
  if (shared.has(table.name)) return [{ table, isShared: true }];
  const column =
    tenantColumns[table.name] ?? table.columns.find(({ name }) => name === 'tenant')?.name;
  return column === undefined ? [] : [{ table, only: { column, value: tenant } }];
}

/** A table that is none of the state: that of a `tableTarget`. */
async function createTarget(
  target: Kysely<unknown>,
  to: SqlStore,
  table: StoredTable,
): Promise<void> {
  const names = table.columns.map(({ name }) => name);
  if (!names.includes('key') || !names.includes('record')) throw notOurs(table.name);
  const extra = names.filter((name) => name !== 'key' && name !== 'record');
  const rows = tableRows(table.name, {
    columns: Object.fromEntries(extra.map((name) => [name, name])),
    dialect: to.database.dialect,
  });
  await rows.create(target as never, async () => undefined);
}

async function refuseRunning(
  source: Kysely<StateSchema>,
  tenant: string | undefined,
): Promise<void> {
  let query = source.selectFrom('sync_lease').selectAll().where('expires_at', '>', Date.now());
  if (tenant !== undefined) query = query.where('tenant', '=', tenant);
  // Looking for overdue work moves nothing on, and is not ended by a stop.
  const isAtWork = ({ scope, owner }: { scope: string; owner: string }) =>
    !scope.startsWith('sweep:') && !isProcessDead(owner);
  const held = (await query.execute()).find(isAtWork);
  if (held === undefined) return;
  const seconds = Math.ceil((held.expires_at - Date.now()) / 1000);
  throw new ConnectorError({
    code: 'ERR_FLOW_BUSY',
    category: 'conflict',
    retryable: true,
    retryAfterMs: seconds * 1000,
    message: `${held.scope} of tenant "${held.tenant}" is running. Stop it, then migrate; if its process does not answer any more, it is free in ${seconds} s.`,
  });
}

// Who slept through it all and wakes up is refused.
async function endLeases(source: Kysely<unknown>, tenant: string | undefined): Promise<void> {
  const whose = tenant === undefined ? sql`` : sql` where tenant = ${tenant}`;
  await sql`update sync_lease set token = token + 1, expires_at = 0${whose}`.execute(source);
}

function notEmpty({ table, only }: TableSelection): ConnectorError {
  return new ConnectorError({
    code: 'ERR_STORE_NOT_EMPTY',
    category: 'configuration',
    message: `The target has rows in ${table.name}${only === undefined ? '' : ` of tenant "${only.value}"`} already. Migrate into an empty database or schema; nothing was copied.`,
  });
}

function notOurs(table: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `The table ${table} is none of the state and none of a tableTarget. Move it elsewhere first; nothing was copied.`,
  });
}

function differs(table: string, expected: number, arrived: number): ConnectorError {
  return new ConnectorError({
    code: 'ERR_STORE_DIFFERS',
    category: 'conflict',
    message: `After the copy the table ${table} is not the same on both sides (${expected} rows before, ${arrived} after): something wrote to one of them meanwhile. Stop all processes, empty the target and migrate again; or go on with the old store: reopenState.`,
  });
}
