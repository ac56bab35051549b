import { ConnectorError } from '@common/connector-core';
import { isProcessDead } from '@common/connector-sync';
import { type Kysely, sql } from 'kysely';
import type { SqlStore } from '../sql-store.ts';
import type { StateSchema } from '../state/state-schema.ts';
import { tableRows } from '../target/table-rows.ts';
import { type CopyProgress, copyProgress, progressTable } from './copy-progress.ts';
import { insertRows } from './insert-rows.ts';
import { type StoredTable, storedTables } from './stored-tables.ts';
import { keyOf, type TableSelection, tableDigest, tablePages } from './table-pages.ts';

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
 * arrived with what was there. Stop the processes first: it refuses while a flow runs. SQLite is locked
 * for writers as long as it takes. It may be interrupted and started again. Afterwards whoever still
 * held a lease at the old place has lost it; use the old place no more.
 *
 * @throws ConnectorError `ERR_FLOW_BUSY` while a flow runs; `ERR_STORE_NOT_EMPTY`; `ERR_STORE_DIFFERS`
 * when both sides do not agree in the end
 */
export async function migrateState(options: MigrateStateOptions): Promise<MigrateStateReport> {
  const { from, to } = options;
  if (from.database === to.database) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: 'from and to are the same store. Open the new one with openStore({ url }).',
    });
  }
  // Both have the tables of this version then.
  for (const store of [from, to]) await store.transaction(async () => undefined);
  const isLocking = from.database.dialect === 'sqlite';
  return from.database.transaction(
    async (source) => {
      await refuseRunning(source as Kysely<StateSchema>, options.tenant);
      const report = await copy(source, options);
      if (isLocking && options.tenant === undefined) await endLeases(source);
      return report;
    },
    { readOnly: !isLocking, repeat: 'never' },
  );
}

async function copy(
  source: Kysely<unknown>,
  { from, to, tenant, signal, onProgress }: MigrateStateOptions,
): Promise<MigrateStateReport> {
  const { dialect } = to.database;
  const inTarget = <Result>(
    work: (db: Kysely<unknown>, progress: CopyProgress) => Promise<Result>,
  ) => to.database.transaction((db) => work(db, copyProgress(db)), { repeat: 'never' });

  const selections = (await storedTables(source, from.database.dialect)).flatMap((table) =>
    selectionOf(table, tenant),
  );
  await inTarget(async (target, progress) => {
    const known = new Set((await storedTables(target, dialect)).map(({ name }) => name));
    if (known.has(progressTable)) return;
    for (const selection of selections) {
      if (!known.has(selection.table.name)) continue;
      for await (const _row of tablePages(target, selection)) throw notEmpty(selection);
    }
    await progress.begin();
    for (const { table } of selections) {
      if (!known.has(table.name)) await createTarget(target, to, table);
    }
  });

  const tables = [];
  for (const selection of selections) {
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
  for (const selection of selections) {
    const { name } = selection.table;
    const before = await tableDigest(source, { ...selection, signal });
    const arrived = await inTarget((target) => tableDigest(target, { ...selection, signal }));
    if (before.digest !== arrived.digest) throw differs(name, before.rows, arrived.rows);
    tables.push({ name, ...before });
  }
  await inTarget((_target, progress) => progress.end());
  return { tables, rows: tables.reduce((sum, { rows }) => sum + rows, 0) };
}

function selectionOf(table: StoredTable, tenant: string | undefined): readonly TableSelection[] {
  if (table.name === 'sync_schema' || table.name === progressTable) return [];
  if (table.key.length === 0) throw notOurs(table.name);
  if (tenant === undefined || shared.has(table.name)) return [{ table }];
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
  const held = (await query.execute()).find(({ owner }) => !isProcessDead(owner));
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
async function endLeases(source: Kysely<unknown>): Promise<void> {
  await sql`update sync_lease set token = token + 1, expires_at = 0`.execute(source);
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
    message: `After the copy the table ${table} is not the same on both sides (${expected} rows before, ${arrived} after): something wrote meanwhile. Go on with the old store; empty the target, stop all processes and migrate again.`,
  });
}
