import {
  type BudgetStore,
  budgetStoreConformance,
  createGovernor,
  manualClock,
} from '@common/connector-core';
import { afterAll, describe, expect, it } from 'vitest';
import type { SqlStore } from '../sql-store.ts';
import { advanceUntil } from '../testing/advance-until.ts';
import { sqlStores } from '../testing/sql-stores.ts';
import { sqlBudgetStore } from './sql-budget-store.ts';

for (const stores of await sqlStores()) {
  describe(`budgets in ${stores.name}`, () => {
    afterAll(() => stores.close());

    const storeOf = new Map<BudgetStore, SqlStore>();
    const open = async (store: SqlStore): Promise<BudgetStore> => {
      const budgets = sqlBudgetStore({ store });
      storeOf.set(budgets, store);
      return budgets;
    };
    budgetStoreConformance({
      describe,
      it,
      expect,
      create: () => open(stores.create()),
      reopen: (budgets) => open(stores.another(storeOf.get(budgets) as SqlStore)),
      async close(opened) {
        for (const budgets of opened) await storeOf.get(budgets)?.close();
      },
    });

    it('lets governors on two connections keep one limit', async () => {
      const clock = manualClock(0);
      const store = stores.create();
      const starts: number[] = [];
      const calls = [store, stores.another(store)].map((one) => {
        const rate = { requests: 10, perMs: 60_000 };
        const shared = { store: sqlBudgetStore({ store: one }), name: 'vendor:1' };
        const governor = createGovernor({ clock, rate, shared });
        return Promise.all(
          Array.from({ length: 10 }, () => governor.run(async () => void starts.push(clock.now()))),
        );
      });
      await advanceUntil(Promise.all(calls), { clock, stepMs: 500 });
      expect(clock.now()).toBeLessThan(600_000);
      for (const start of starts) {
        const within = starts.filter((at) => at >= start && at < start + 60_000);
        expect(within.length).toBeLessThanOrEqual(10);
      }
      expect(starts).toHaveLength(20);
    });

    it('shares the database of a state store', async () => {
      const store = stores.create();
      const budgets = sqlBudgetStore({ store });
      const governor = createGovernor({ shared: { store: budgets, name: 'vendor:1' } });
      expect(await governor.run(async () => 'ran')).toBe('ran');
      expect(await store.transaction(async (state) => state.checkpoints !== undefined)).toBe(true);
    });
  });
}
