import { type Clock, ConnectorError, type Logger } from '@common/connector-core';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { residentRows } from '../move/resident-rows.ts';
import type { SqlStore } from '../sql-store.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';

/** Rows of a table that nobody needs any more. */
export interface OldRows {
  readonly table: keyof StateSchema;
  /** Columns of its primary key. */
  readonly key: readonly string[];
  readonly isOld: RawBuilder<SqlBool>;
}

const everyMs = 3_600_000;
/** Rows of one transaction: nobody waits long for it. */
const mostRows = 1000;

/** Forgets what is over, once an hour. Call it as often as you like. */
export function pruner(options: {
  readonly store: SqlStore;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  readonly oldRows: (now: number) => readonly OldRows[];
}): () => Promise<void> {
  const { store, clock, logger, oldRows } = options;
  let prunedAt = Number.NEGATIVE_INFINITY;

  return async () => {
    const now = clock.now();
    if (now - prunedAt < everyMs) return;
    prunedAt = now;
    try {
      for (const rows of oldRows(now)) while ((await prune(store, rows)) === mostRows);
    } catch (error) {
      const code = ConnectorError.isInstance(error) ? error.code : 'ERR_INTERNAL';
      logger?.warn('Old rows could not be removed; it is tried again in an hour.', { code });
    }
  };
}

function prune(store: SqlStore, { table, key, isOld }: OldRows): Promise<number> {
  const columns = sql.join(key.map((name) => sql.ref(name)));
  return store.transaction(
    async (state) => {
      const { numAffectedRows } = await sql`
        delete from ${sql.table(table)} where (${columns}) in
          (select ${columns} from ${sql.table(table)} where ${isOld} and ${residentRows(table)} limit ${sql.lit(mostRows)})
      `.execute((state as SqlStateTransaction).database);
      return Number(numAffectedRows ?? 0);
    },
    { repeat: 'unless-stored' },
  );
}
