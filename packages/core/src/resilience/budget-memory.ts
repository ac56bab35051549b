import type { BudgetState, BudgetStore } from './budget.ts';

/** Budgets that several governors of one process share, for example in tests. */
export function memoryBudgetStore(): BudgetStore {
  const budgets = new Map<string, BudgetState>();
  return {
    async update(budget, change) {
      const { state, result } = change(budgets.get(budget));
      budgets.set(budget, state);
      return result;
    },
  };
}
