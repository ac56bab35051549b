import { describe, expect, it } from 'vitest';
import { memoryBudgetStore } from './budget-memory.ts';
import { budgetStoreConformance } from './budget-store-conformance.ts';

describe('the budget store in memory', () => {
  budgetStoreConformance({ describe, it, expect, create: async () => memoryBudgetStore() });
});
