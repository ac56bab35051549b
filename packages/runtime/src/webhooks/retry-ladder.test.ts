import { describe, expect, it } from 'vitest';
import { nextTry, standardWaitsMs } from './retry-ladder.ts';

const minute = 60_000;
const after = (attempts: number, random = 0, retryAfterMs?: number) =>
  nextTry({ waitsMs: standardWaitsMs, attempts, now: 0, random: () => random, retryAfterMs });

describe('the ladder of waits', () => {
  it('begins with seconds and ends after three days', () => {
    expect(after(1)).toBe(5000);
    expect(after(2)).toBe(5 * minute);
    expect(after(9)).toBe(24 * 60 * minute);
    expect(after(10)).toBeUndefined();
    expect(standardWaitsMs.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(
      3 * 86_400_000 - 1,
    );
  });

  it('spreads tries, never before their time', () => {
    expect(after(2, 0.5)).toBe(5.5 * minute);
  });

  it('waits as long as the other side asks, a day at most, and never shorter', () => {
    expect(after(1, 0, minute)).toBe(minute);
    expect(after(2, 0, 1000)).toBe(5 * minute);
    expect(after(1, 0, 1e12)).toBe(86_400_000);
  });
});
