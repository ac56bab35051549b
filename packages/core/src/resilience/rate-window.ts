import { type Limit, usable } from './governor-limit.ts';

/** Most requests, weighed by their cost, within any stretch of time. */
export interface RateLimit {
  readonly requests: number;
  readonly perMs: number;
}

/** What costs more than the smallest window has for backfill goes as that much, else it would never go. */
export function mostCost(windows: readonly RateLimit[]): number {
  return Math.min(Infinity, ...windows.map(({ requests }) => usable(requests, true)));
}

/** Starts that lie closer together than this part of the window are remembered as one. */
const resolution = 1 / 128;

/** Keeps a `RateLimit` in every stretch of time, not only between full minutes. */
export function createRateWindow({ requests, perMs }: RateLimit): Limit {
  /** Oldest first; `lastAt` is that of the latest start, so that nothing is forgotten too early. */
  const spent: { readonly firstAt: number; lastAt: number; cost: number }[] = [];
  let total = 0;

  return {
    readyAt({ nowMs, cost, keepsReserve }) {
      while (spent[0] !== undefined && spent[0].lastAt <= nowMs - perMs) {
        total -= spent.shift()?.cost ?? 0;
      }
      let excess = total + cost - usable(requests, keepsReserve);
      if (excess <= 0) return nowMs;
      for (const { lastAt, cost: freed } of spent) {
        excess -= freed;
        if (excess <= 0) return lastAt + perMs;
      }
      return nowMs;
    },
    spend({ cost, nowMs }) {
      total += cost;
      const last = spent.at(-1);
      if (last !== undefined && nowMs - last.firstAt < perMs * resolution) {
        last.lastAt = nowMs;
        last.cost += cost;
      } else {
        spent.push({ firstAt: nowMs, lastAt: nowMs, cost });
      }
    },
  };
}
