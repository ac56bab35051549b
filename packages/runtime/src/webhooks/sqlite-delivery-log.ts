import type { DeliveryLog, DeliveryState } from '@common/connector-core/webhooks';
import type { Kysely } from 'kysely';
import { type SharedFileOptions, sharedFile } from '../sqlite/shared-file.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';

/** A delivery log that outlives the process. */
export interface SqliteDeliveryLog extends DeliveryLog {
  /** Closes a file of its own; a shared one is closed with its store. */
  close(): Promise<void>;
}

/**
 * Remembers in a SQLite file which webhook events have arrived, for all processes that share it.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` without a path and a store; as `sqliteStore` on first use
 */
export function sqliteDeliveryLog(options: SharedFileOptions): SqliteDeliveryLog {
  const { store, close } = sharedFile(options, 'sqliteDeliveryLog');
  const within = <Result>(work: (db: Kysely<StateSchema>) => Promise<Result>): Promise<Result> =>
    store.transaction((state) => work((state as SqlStateTransaction).database));

  return {
    close,
    claim: ({ scope, ids, now, until }) =>
      within(async (db) => {
        await db
          .deleteFrom('webhook_delivery')
          .where('scope', '=', scope)
          .where('until', '<=', now)
          .execute();
        const known = new Map<string, DeliveryState>();
        const rows = await db
          .selectFrom('webhook_delivery')
          .select(['id', 'done'])
          .where('scope', '=', scope)
          .where('id', 'in', [...ids])
          .execute();
        for (const { id, done } of rows) known.set(id, done === 1 ? 'done' : 'pending');
        const states = ids.map((id): DeliveryState => known.get(id) ?? 'new');
        const fresh = ids.filter((id) => !known.has(id));
        if (fresh.length > 0 && !states.includes('pending')) {
          await db
            .insertInto('webhook_delivery')
            .values(fresh.map((id) => ({ scope, id, done: 0, until })))
            .execute();
        }
        return states;
      }),
    confirm: ({ scope, ids, until }) =>
      within(async (db) => {
        await db
          .insertInto('webhook_delivery')
          .values(ids.map((id) => ({ scope, id, done: 1, until })))
          .onConflict((conflict) =>
            conflict.columns(['scope', 'id']).doUpdateSet({ done: 1, until }),
          )
          .execute();
      }),
    release: ({ scope, ids }) =>
      within(async (db) => {
        await db
          .deleteFrom('webhook_delivery')
          .where('scope', '=', scope)
          .where('id', 'in', [...ids])
          .where('done', '=', 0)
          .execute();
      }),
  };
}
