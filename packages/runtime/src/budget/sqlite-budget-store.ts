import type { BudgetState, BudgetStore } from '@common/connector-core';
import type { Kysely } from 'kysely';
import { type SharedFileOptions, sharedFile } from '../sqlite/shared-file.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';

/** Budgets of vendor tenants that all processes of a file share. */
export interface SqliteBudgetStore extends BudgetStore {
  /** Closes a file of its own; a shared one is closed with its store. */
  close(): Promise<void>;
}

/**
 * Shares the budgets of vendor tenants among all processes that open the same file: give it to
 * `createGovernor({ shared: { store, name } })`. A busy worker costs about one transaction a second for
 * each vendor tenant, more where a limit is of seconds.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` without a path and a store
 */
export function sqliteBudgetStore(options: SharedFileOptions): SqliteBudgetStore {
  const { store, close } = sharedFile(options, 'sqliteBudgetStore');
  return {
    close,
    update: (budget, change) =>
      store.transaction(async (transaction) => {
        // The state of a SQLite store always has its connection.
        const db = (transaction as SqlStateTransaction).database as Kysely<StateSchema>;
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
      }),
  };
}
