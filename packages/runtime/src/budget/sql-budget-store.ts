import type { BudgetState, BudgetStore } from '@common/connector-core';
import type { Kysely } from 'kysely';
import type { SqlStore } from '../sql-store.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';

/**
 * Shares the budgets of vendor tenants among all processes that open the same store: give it to
 * `createGovernor({ shared: { store, name } })`. A busy worker costs about one transaction a second for
 * each vendor tenant, more where a limit is of seconds.
 */
export function sqlBudgetStore({ store }: { readonly store: SqlStore }): BudgetStore {
  return {
    update: (budget, change) =>
      store.transaction(
        async (transaction) => {
          // The state of a SQL store always has its connection.
          const { database, lock } = transaction as SqlStateTransaction;
          const db = database as Kysely<StateSchema>;
          await lock('budget', budget);
          const row = await db
            .selectFrom('vendor_budget')
            .select('state')
            .where('budget', '=', budget)
            .executeTakeFirst();
          const { state, result } = change(
            row === undefined ? undefined : (JSON.parse(row.state) as BudgetState),
          );
          const text = JSON.stringify(state);
          await db
            .insertInto('vendor_budget')
            .values({ budget, state: text })
            .onConflict((conflict) => conflict.column('budget').doUpdateSet({ state: text }))
            .execute();
          return result;
        },
        { repeat: 'unless-stored' },
      ),
  };
}
