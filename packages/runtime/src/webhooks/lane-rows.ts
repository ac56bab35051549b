import { type Kysely, type Selectable, type SqlBool, sql } from 'kysely';
import type { Lane } from '../jobs/lane-worker.ts';
import type { OldRows } from '../jobs/prune-rows.ts';
import { residentRows } from '../move/resident-rows.ts';
import type { StateSchema } from '../state/state-schema.ts';

type Db = Kysely<StateSchema>;
type LaneTable = 'inbox_event' | 'outbox_delivery';

/** What the inbox and the outbox have in common: rows of lanes that are worked off in their order. */
export interface LaneRows<Row, Key> {
  byKey(db: Db, key: Key): Promise<Row | undefined>;
  change(db: Db, key: Key, values: Partial<Row>): Promise<void>;
  /**
   * What came of a try. What was taken out of the way meanwhile stays so, unless it is done.
   *
   * @returns whether it was stored
   */
  settle(db: Db, key: Key, outcome: Partial<Row>): Promise<boolean>;
  /** What is next in a lane: the oldest that waits, due or not. */
  first(db: Db, lane: Lane): Promise<Row | undefined>;
  /** Of the newest row of a lane, whatever became of it; 0 where there is none. */
  lastSequence(db: Db, lane: Lane): Promise<number>;
  /** Lanes in which something has been due since before an instant. */
  overdue(
    db: Db,
    query: { readonly before: number; readonly limit: number },
  ): Promise<readonly Lane[]>;
  /** What was over before an instant. Dead letters never are. */
  old(before: number): readonly OldRows[];
}

/** @param key - columns of the table's primary key */
export function laneRows<
  Table extends LaneTable,
  Column extends string & keyof Selectable<StateSchema[Table]>,
>(
  table: Table,
  key: readonly Column[],
): LaneRows<Selectable<StateSchema[Table]>, Readonly<Record<Column, string>>> {
  // Both tables have the columns that are named here.
  const rows = (db: Db) => db.selectFrom(table as LaneTable);
  const ofLane = (db: Db, { tenant, lane }: Lane) =>
    rows(db).where('tenant', '=', tenant).where('lane', '=', lane);
  const ofKey = (values: Readonly<Record<Column, string>>) =>
    sql<SqlBool>`${sql.join(
      key.map((column) => sql`${sql.ref(column)} = ${values[column]}`),
      sql` and `,
    )}`;

  return {
    byKey(db, values) {
      const found = rows(db).selectAll().where(ofKey(values)).executeTakeFirst();
      return found as Promise<Selectable<StateSchema[Table]> | undefined>;
    },
    async change(db, values, change) {
      await db
        .updateTable(table as LaneTable)
        .set(change as never)
        .where(ofKey(values))
        .execute();
    },
    async settle(db, values, outcome) {
      let update = db
        .updateTable(table as LaneTable)
        .set(outcome as never)
        .where(ofKey(values));
      if ((outcome as { readonly status?: string }).status !== 'done') {
        update = update.where('status', '=', 'waiting');
      }
      const { numUpdatedRows } = await update.executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    first(db, lane) {
      const found = ofLane(db, lane)
        .selectAll()
        .where('status', '=', 'waiting')
        .orderBy('sequence')
        .limit(1)
        .executeTakeFirst();
      return found as Promise<Selectable<StateSchema[Table]> | undefined>;
    },
    async lastSequence(db, lane) {
      const row = await ofLane(db, lane)
        .select((query) => query.fn.max('sequence').as('last'))
        .executeTakeFirst();
      return Number(row?.last ?? 0);
    },
    overdue: (db, { before, limit }) =>
      rows(db)
        .select(['tenant', 'lane'])
        .distinct()
        .where('status', '=', 'waiting')
        .where('next_at', '<=', before)
        .where(residentRows(table))
        .limit(limit)
        .execute(),
    old: (before) => [
      {
        table,
        key,
        isOld: sql<SqlBool>`status in ('done', 'discarded') and ended_at < ${before}`,
      },
    ],
  };
}
