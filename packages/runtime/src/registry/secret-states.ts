import type { StateTransaction } from '@common/connector-sync';
import { databaseOf } from './connection-rows.ts';

/** Where a secret of a connection is in the vault of its tenant. */
export interface SecretPlace {
  /** `code` of the connection. */
  readonly connection: string;
  readonly name: string;
}

/**
 * What is known of the secrets of one tenant, inside the transaction that `state` is. The vault may be
 * in another database, so no transaction holds both: a secret is announced here before it is written
 * there, and dropped here before it is removed there. Whoever dies in between leaves a row that
 * `toRemove` finds.
 */
export function secretStates(state: StateTransaction, tenant: string) {
  const db = databaseOf(state);
  const move = async (
    places: readonly SecretPlace[],
    change: { readonly from: 'writing' | 'live'; readonly to: 'live' | 'dropped'; now: number },
  ): Promise<readonly SecretPlace[]> => {
    const moved: SecretPlace[] = [];
    for (const { connection, name } of places) {
      const { numUpdatedRows } = await db
        .updateTable('connection_secret')
        .set({ state: change.to, changed_at: change.now })
        .where('tenant', '=', tenant)
        .where('connection', '=', connection)
        .where('name', '=', name)
        .where('state', '=', change.from)
        .executeTakeFirst();
      if (numUpdatedRows === 1n) moved.push({ connection, name });
    }
    return moved;
  };

  return {
    async announce(places: readonly SecretPlace[], now: number): Promise<void> {
      for (const place of places) {
        await db
          .insertInto('connection_secret')
          .values({ tenant, ...place, state: 'writing', changed_at: now })
          .execute();
      }
    },
    /** @returns false when one was given up meanwhile, because its writer was silent for long */
    async keep(places: readonly SecretPlace[], now: number): Promise<boolean> {
      const kept = await move(places, { from: 'writing', to: 'live', now });
      return kept.length === places.length;
    },
    /** @returns those that are dropped now */
    drop: (places: readonly SecretPlace[], now: number) =>
      move(places, { from: 'live', to: 'dropped', now }),
    /** @returns those that nothing refers to */
    abandon: (places: readonly SecretPlace[], now: number) =>
      move(places, { from: 'writing', to: 'dropped', now }),
    /** Gives up those whose writer has died, and answers all that may be removed for good. */
    async toRemove({ before, now }: { readonly before: number; readonly now: number }) {
      await db
        .updateTable('connection_secret')
        .set({ state: 'dropped', changed_at: now })
        .where('tenant', '=', tenant)
        .where('state', '=', 'writing')
        .where('changed_at', '<', before)
        .execute();
      return db
        .selectFrom('connection_secret')
        .select(['connection', 'name'])
        .where('tenant', '=', tenant)
        .where('state', '=', 'dropped')
        .where('changed_at', '<', before)
        .limit(1000)
        .execute();
    },
    async forget({ connection, name }: SecretPlace): Promise<void> {
      await db
        .deleteFrom('connection_secret')
        .where('tenant', '=', tenant)
        .where('connection', '=', connection)
        .where('name', '=', name)
        .where('state', '=', 'dropped')
        .execute();
    },
  };
}
