import { createHash, randomUUID } from 'node:crypto';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { SqlStore } from '../sql-store.ts';
import { migrateDatabase } from '../state/migrations.ts';
import type { SqlDatabase, SqlDialect } from '../state/sql-database.ts';
import type { StateSchema } from '../state/state-schema.ts';
import { arrivingText, movedSqlState, movedText, storeMoved } from './store-moved.ts';
import { type StoredTable, storedTables } from './stored-tables.ts';
import type { TableSelection } from './table-pages.ts';

/** Tables that stay where they are: they say what is in this place. */
export const ownTables: ReadonlySet<string> = new Set(['sync_schema', 'state_move', 'sync_copy']);

type Db = Kysely<unknown>;
type Move = StateSchema['state_move'];

/** What is known here of a move: of all (`''`), or of a tenant. */
export function moveOf(db: Db, tenant = ''): Promise<Move | undefined> {
  return (db as Kysely<StateSchema>)
    .selectFrom('state_move')
    .selectAll()
    .where('tenant', '=', tenant)
    .executeTakeFirst();
}

export async function setMove(db: Db, move: Move): Promise<void> {
  await (db as Kysely<StateSchema>)
    .insertInto('state_move')
    .values(move)
    .onConflict((conflict) => conflict.column('tenant').doUpdateSet(move))
    .execute();
}

export async function endMove(db: Db, tenant = ''): Promise<void> {
  await (db as Kysely<StateSchema>).deleteFrom('state_move').where('tenant', '=', tenant).execute();
}

/**
 * Whoever opens a place that state has left, or has not wholly come to, is refused.
 *
 * @throws ConnectorError `ERR_STORE_MOVED`
 */
export async function refuseMoved(database: SqlDatabase): Promise<void> {
  const move = await database.transaction((db) => moveOf(db), { readOnly: true });
  if (move === undefined) return;
  const { status, ...rest } = move;
  throw storeMoved(
    status === 'arriving' ? arrivingText(move.place) : movedText({ ...rest, status }),
  );
}

/**
 * Has the database itself refuse every change of rows that leave it: for processes that run already and
 * for older versions of this package too, and also when nobody is there any more to finish the move.
 */
export async function closeTables(
  db: Db,
  options: {
    readonly dialect: SqlDialect;
    readonly selections: readonly TableSelection[];
    readonly move: Move & { readonly status: 'leaving' | 'left' };
  },
): Promise<void> {
  const { dialect, selections, move } = options;
  await openTables(db, { dialect, tables: selections.map(({ table }) => table), ...move });
  const text = movedText(move);
  if (dialect === 'postgres') {
    await sql`
      create or replace function state_moved() returns trigger language plpgsql as
      ${sql.lit(`begin raise exception using errcode = '${movedSqlState}', message = tg_argv[0]; end`)}
    `.execute(db);
  }
  for (const { table, only } of selections) {
    for (const operation of operations) {
      const row = sql.raw(operation === 'insert' ? 'new' : 'old');
      const when =
        only === undefined
          ? sql``
          : sql`when (${row}.${sql.ref(only.column)} = ${sql.lit(only.value)})`;
      const head = sql`create trigger ${nameOf(table, operation, move.tenant)} before ${sql.raw(operation)} on ${sql.table(table.name)}`;
      const body =
        dialect === 'postgres'
          ? sql`for each row ${when} execute function state_moved(${sql.lit(text)})`
          : sql`for each row ${when} begin select raise(abort, ${sql.lit(text)}); end`;
      await sql`${head} ${body}`.execute(db);
    }
  }
}

/** See `markRestored`; empty: of all tenants. */
async function markRestoredIn(db: Db, tenant: string): Promise<void> {
  const mark = { tenant, flow: '', name: 'restored', value: JSON.stringify({ id: randomUUID() }) };
  await (db as Kysely<StateSchema>)
    .insertInto('sync_checkpoint')
    .values(mark)
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'flow', 'name']).doUpdateSet({ value: mark.value }),
    )
    .execute();
}

/** A tenant that moves takes along that all of this state was restored. */
export async function takeMarkAlong(db: Db, tenant: string): Promise<void> {
  const rows = (db as Kysely<StateSchema>)
    .selectFrom('sync_checkpoint')
    .selectAll()
    .where('flow', '=', '')
    .where('name', '=', 'restored');
  const mark = await rows.where('tenant', '=', '').executeTakeFirst();
  if (mark === undefined) return;
  await (db as Kysely<StateSchema>)
    .insertInto('sync_checkpoint')
    .values({ ...mark, tenant })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

const operations = ['insert', 'update', 'delete'] as const;

async function openTables(
  db: Db,
  options: {
    readonly dialect: SqlDialect;
    readonly tables: readonly StoredTable[];
    readonly tenant: string;
  },
): Promise<void> {
  const { dialect, tables, tenant } = options;
  for (const table of tables) {
    const on = dialect === 'postgres' ? sql` on ${sql.table(table.name)}` : sql``;
    for (const operation of operations) {
      await sql`drop trigger if exists ${nameOf(table, operation, tenant)}${on}`.execute(db);
    }
  }
}

// In SQLite names of triggers belong to the database; in PostgreSQL they end behind 63 bytes.
function nameOf(table: StoredTable, operation: string, tenant: string): RawBuilder<unknown> {
  const digest = createHash('sha256')
    .update(JSON.stringify([table.name, tenant]))
    .digest('hex');
  return sql.ref(`state_moved_${operation}_${digest.slice(0, 32)}`);
}

/**
 * Makes a place usable again that state was moved from, or whose move was not finished: to go back to it.
 * What was stored in the other place since is not here; empty it before a move to there begins anew.
 *
 * @param options.tenant - as in the move
 * @returns whether there was anything to reopen
 */
export async function reopenState(options: {
  readonly store: SqlStore;
  readonly tenant?: string | undefined;
}): Promise<boolean> {
  const { tenant = '' } = options;
  const { database } = options.store;
  await migrateDatabase(database);
  return database.transaction(async (db) => {
    const move = await moveOf(db, tenant);
    if (move === undefined || move.status === 'arriving') return false;
    const { dialect } = database;
    await openTables(db, { dialect, tenant, tables: await storedTables(db, dialect) });
    await endMove(db, tenant);
    // What was done in the other place since is not known here.
    await markRestoredIn(db, tenant);
    return true;
  });
}
