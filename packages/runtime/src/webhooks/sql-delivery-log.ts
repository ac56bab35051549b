import type { DeliveryLog, DeliveryState } from '@common/connector-core/webhooks';
import type { Kysely } from 'kysely';
import type { SqlStore } from '../sql-store.ts';
import type { SqlLock } from '../state/sql-database.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';

/** Remembers which webhook events have arrived, for all processes that share the store. */
export function sqlDeliveryLog({ store }: { readonly store: SqlStore }): DeliveryLog {
  const within = <Result>(
    work: (transaction: {
      readonly db: Kysely<StateSchema>;
      readonly lock: SqlLock;
    }) => Promise<Result>,
    repeat: 'unless-stored' | 'always' = 'always',
  ): Promise<Result> =>
    store.transaction(
      (state) => {
        const { database, lock } = state as SqlStateTransaction;
        return work({ db: database as Kysely<StateSchema>, lock });
      },
      { repeat },
    );

  return {
    claim: ({ scope, ids, now, until }) =>
      within(async ({ db, lock }) => {
        await lock('deliveries', scope);
        await db
          .deleteFrom('webhook_delivery')
          .where('scope', '=', scope)
          .where('until', '<=', now)
          .execute();
        const known = new Map<string, DeliveryState>();
        for (const some of chunksOf(ids)) {
          const rows = await db
            .selectFrom('webhook_delivery')
            .select(['id', 'done'])
            .where('scope', '=', scope)
            .where('id', 'in', some)
            .execute();
          for (const { id, done } of rows) known.set(id, done === 1 ? 'done' : 'pending');
        }
        const states = ids.map((id): DeliveryState => known.get(id) ?? 'new');
        const fresh = ids.filter((id) => !known.has(id));
        if (states.includes('pending')) return states;
        for (const some of chunksOf(fresh)) {
          await db
            .insertInto('webhook_delivery')
            .values(some.map((id) => ({ scope, id, done: 0, until })))
            .execute();
        }
        return states;
      }, 'unless-stored'),
    confirm: ({ scope, ids, until }) =>
      within(async ({ db }) => {
        for (const some of chunksOf(ids)) {
          await db
            .insertInto('webhook_delivery')
            .values(some.map((id) => ({ scope, id, done: 1, until })))
            .onConflict((conflict) =>
              conflict.columns(['scope', 'id']).doUpdateSet({ done: 1, until }),
            )
            .execute();
        }
      }),
    release: ({ scope, ids }) =>
      within(async ({ db }) => {
        for (const some of chunksOf(ids)) {
          await db
            .deleteFrom('webhook_delivery')
            .where('scope', '=', scope)
            .where('id', 'in', some)
            .where('done', '=', 0)
            .execute();
        }
      }),
  };
}

/** SQLite takes some 32,000 values in a statement; a request may bring more events. */
function chunksOf(ids: readonly string[]): string[][] {
  const size = 1000;
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, index) =>
    ids.slice(index * size, (index + 1) * size),
  );
}
