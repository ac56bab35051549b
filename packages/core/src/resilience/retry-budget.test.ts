import { describe, expect, it } from 'vitest';
import { createRetryBudget } from './retry-budget.ts';

describe('a retry budget', () => {
  it('covers a hundred retries, or fifty after timeouts', () => {
    const failures = createRetryBudget();
    const timeouts = createRetryBudget();
    let retries = 0;
    let late = 0;
    while (failures.spend('failure')) retries += 1;
    while (timeouts.spend('timeout')) late += 1;
    expect([retries, late]).toEqual([100, 50]);
  });

  it('grows by successes, up to its capacity', () => {
    const budget = createRetryBudget({ capacity: 5 });
    expect(budget.spend('failure')).toBe(true);
    expect(budget.spend('failure')).toBe(false);
    for (let count = 0; count < 4; count += 1) budget.refund();
    expect(budget.spend('failure')).toBe(false);
    for (let count = 0; count < 100; count += 1) budget.refund();
    expect(budget.available).toBe(5);
    expect(budget.spend('failure')).toBe(true);
  });
});
