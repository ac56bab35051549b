import { type Kysely, sql } from 'kysely';

interface Progress {
  readonly copied_table: string;
  /** JSON: the key of the last row that was copied. */
  readonly position: string;
}

/** How far a copy has come: kept in the target, as long as it is not complete. */
export interface CopyProgress {
  begin(): Promise<void>;
  get(table: string): Promise<readonly unknown[] | undefined>;
  set(table: string, key: readonly unknown[]): Promise<void>;
  end(): Promise<void>;
}

export const progressTable = 'sync_copy';

/** All of it runs in the transaction that `database` is in. */
export function copyProgress(database: Kysely<unknown>): CopyProgress {
  const db = database as Kysely<{ [progressTable]: Progress }>;
  return {
    async begin() {
      await database.schema
        .createTable(progressTable)
        .addColumn('copied_table', 'text', (column) => column.primaryKey())
        .addColumn('position', 'text', (column) => column.notNull())
        .execute();
    },
    async get(table) {
      const row = await db
        .selectFrom(progressTable)
        .select('position')
        .where('copied_table', '=', table)
        .executeTakeFirst();
      return row && JSON.parse(row.position);
    },
    async set(table, key) {
      const position = JSON.stringify(key);
      await db
        .insertInto(progressTable)
        .values({ copied_table: table, position })
        .onConflict((conflict) => conflict.column('copied_table').doUpdateSet({ position }))
        .execute();
    },
    async end() {
      await sql`drop table ${sql.table(progressTable)}`.execute(database);
    },
  };
}
