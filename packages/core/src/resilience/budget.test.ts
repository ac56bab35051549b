import { describe, expect, it } from 'vitest';
import { type BudgetRequest, type BudgetState, pauseBudget, takeFromBudget } from './budget.ts';

const minute = 60_000;
const nowMs = 1_000_000;

const take = (before: BudgetState | undefined, request: Partial<BudgetRequest>) =>
  takeFromBudget(before, {
    worker: 'a',
    nowMs,
    windows: [{ requests: 100, perMs: minute }],
    need: 1,
    want: 1,
    keepsReserve: false,
    maxPauseMs: 60_000,
    ...request,
  });

describe('a shared budget', () => {
  it('takes back what was not used', () => {
    const { state } = take(undefined, { want: 90 });
    const later = { nowMs: nowMs + 10_000, need: 60, want: 60 };
    expect(take(state, later).result).toMatchObject({ cost: 0, retryInMs: 5000 });
    const returned = { grantedAt: nowMs, cost: 80 };
    expect(take(state, { ...later, returned }).result.cost).toBe(60);
    // Nobody gives back what was never taken.
    const tooMuch = { grantedAt: nowMs, cost: 1000 };
    expect(take(state, { ...later, want: 101, returned: tooMuch }).result.cost).toBe(100);
  });

  it('gives nobody the whole of what others wait for', () => {
    const { state } = take(undefined, { worker: 'b' });
    const { result } = take(state, { want: 99 });
    expect(result).toMatchObject({ cost: 50, workers: 2, rank: 0, retryInMs: 2000 });
  });

  it('forgets a worker that is not heard of, or whose clock is far ahead', () => {
    const states = [-10_000, -9_999, 3_600_000].map(
      (ms) => take(undefined, { worker: 'b', nowMs: nowMs + ms }).state,
    );
    expect(states.map((state) => take(state, {}).result.workers)).toEqual([1, 2, 1]);
  });

  it('has the longer of two pauses, until it is over', () => {
    const paused = pauseBudget(pauseBudget(undefined, nowMs + 5000).state, nowMs + 1000).state;
    expect(take(paused, {}).result.pausedUntil).toBe(nowMs + 5000);
    expect(take(paused, { nowMs: nowMs + 6000 }).state.pausedUntil).toBe(0);
  });

  it('stays small', () => {
    let state: BudgetState | undefined;
    for (let index = 0; index < 2000; index += 1) {
      state = take(state, { nowMs: nowMs + index * 997, worker: `${index % 50}` }).state;
    }
    expect(JSON.stringify(state).length).toBeLessThan(1500);
  });
});
