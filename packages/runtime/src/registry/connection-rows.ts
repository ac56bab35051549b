import type { StateTransaction } from '@common/connector-sync';
import type { Kysely, Selectable } from 'kysely';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';
import type { Connection, ConnectionQuery, JsonObject } from './connection.ts';
import type { ConnectionState } from './connection-state.ts';
import { unusable } from './registry-error.ts';

/** A connection with the names of its secrets. */
export interface ConnectionRow {
  readonly connection: Connection;
  readonly state: ConnectionState;
}

/** Who wrote a state, and when. */
export interface Authorship {
  readonly actor: string;
  readonly now: number;
}

/** @throws ConnectorError `ERR_CONFIGURATION` for a store without tables */
export function databaseOf(state: StateTransaction): Kysely<StateSchema> {
  const { database } = state as Partial<SqlStateTransaction>;
  if (database === undefined) {
    throw unusable(
      'store',
      'has no tables. Give a store of @common/connector-runtime, for example sqliteStore({ path: "state.db" }); for a test the path ":memory:" does.',
    );
  }
  return database as Kysely<StateSchema>;
}

/**
 * The connections of one tenant, inside the transaction that `state` is. Isolation is here: no
 * statement is made but with the tenant, and nobody else makes statements on this table.
 */
export function connectionRows(state: StateTransaction, tenant: string) {
  const db = databaseOf(state);
  const rows = () => db.selectFrom('connection').selectAll().where('tenant', '=', tenant);

  return {
    async byCode(code: string): Promise<ConnectionRow | undefined> {
      const row = await rows()
        .where('code', '=', code)
        .where('removed_at', 'is', null)
        .executeTakeFirst();
      return row && rowOf(row);
    },
    /** Waits until nobody else gives this code to a connection; to the end of the transaction. */
    async lockCode(code: string): Promise<void> {
      await (state as SqlStateTransaction).lock('connection-code', tenant, code);
    },
    async byId(id: string): Promise<ConnectionRow | undefined> {
      const row = await rows().where('id', '=', id).executeTakeFirst();
      return row && rowOf(row);
    },
    async list(query: ConnectionQuery = {}): Promise<readonly Connection[]> {
      const { type, environment, active, removed = false, after, limit = 100 } = query;
      let found = rows().where('removed_at', removed ? 'is not' : 'is', null);
      if (type !== undefined) found = found.where('type', '=', type);
      if (environment !== undefined) found = found.where('environment', '=', environment);
      if (active !== undefined) found = found.where('active', '=', active ? 1 : 0);
      if (after !== undefined) {
        // The id tells removed connections of one code apart.
        found = found.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('code', 'id'), '>', tuple(after.code, after.id)),
        );
      }
      const page = await found.orderBy('code').orderBy('id').limit(limit).execute();
      return page.map((row) => rowOf(row).connection);
    },
    /** @returns whether the code was free */
    async insert(id: string, of: ConnectionState, { actor, now }: Authorship): Promise<boolean> {
      const { numInsertedOrUpdatedRows: inserted } = await db
        .insertInto('connection')
        .values({
          ...{ tenant, id, version: 1, last_sync_at: null },
          ...columnsOf(of, now),
          ...{ created_by: actor, created_at: now, updated_by: actor, updated_at: now },
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return inserted === 1n;
    },
    /** @returns whether it was still in that version */
    async update(
      { id, version }: { readonly id: string; readonly version: number },
      to: ConnectionState,
      { actor, now }: Authorship,
    ): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('connection')
        .set({ ...columnsOf(to, now), version: version + 1, updated_by: actor, updated_at: now })
        .where('tenant', '=', tenant)
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    /** Later times only: two runs may end in another order than they began. */
    async markSynced(code: string, at: number): Promise<void> {
      await db
        .updateTable('connection')
        .set({ last_sync_at: at })
        .where('tenant', '=', tenant)
        .where('code', '=', code)
        .where('removed_at', 'is', null)
        .where(({ eb, or }) => or([eb('last_sync_at', 'is', null), eb('last_sync_at', '<', at)]))
        .execute();
    },
    /** Locks the row until the transaction ends, in every database. @returns whether it is there */
    async hold(code: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('connection')
        .set((row) => ({ last_sync_at: row.ref('last_sync_at') }))
        .where('tenant', '=', tenant)
        .where('code', '=', code)
        .where('removed_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    /** Forgets one that is removed. */
    async purge({ id, version }: { readonly id: string; readonly version: number }) {
      const { numDeletedRows } = await db
        .deleteFrom('connection')
        .where('tenant', '=', tenant)
        .where('id', '=', id)
        .where('version', '=', version)
        .where('removed_at', 'is not', null)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
  };
}

type Row = Selectable<StateSchema['connection']>;

function columnsOf(state: ConnectionState, now: number) {
  const { code, name, type, url, environment, credentials, token } = state;
  return {
    ...{ code, name, type, url, environment, credentials, token },
    auth_method: state.authMethod,
    active: state.active ? 1 : 0,
    settings: JSON.stringify(state.settings),
    removed_at: state.removed ? now : null,
  };
}

function rowOf(row: Row): ConnectionRow {
  const { tenant, id, code, name, type, environment, url, credentials, token } = row;
  const shared = {
    ...{ code, name, type, environment },
    authMethod: row.auth_method,
    active: row.active === 1,
    settings: JSON.parse(row.settings) as JsonObject,
  };
  return {
    connection: {
      ...{ tenant, id, ...shared, url: url ?? undefined },
      lastSyncAt: timeOf(row.last_sync_at),
      createdBy: row.created_by,
      createdAt: Number(row.created_at),
      updatedBy: row.updated_by,
      updatedAt: Number(row.updated_at),
      version: Number(row.version),
      removedAt: timeOf(row.removed_at),
    },
    state: { ...shared, url, credentials, token, removed: row.removed_at !== null },
  };
}

/** Some databases answer bigint as text. */
export function timeOf(value: number | null): number | undefined {
  return value === null ? undefined : Number(value);
}
