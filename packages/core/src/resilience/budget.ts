import { usable } from './governor-limit.ts';
import type { RateLimit } from './rate-window.ts';

/** What all workers know of the budget of a vendor tenant. Small, JSON; times are milliseconds since the epoch. */
export interface BudgetState {
  /** Live workers and when each is given up. */
  readonly workers: Readonly<Record<string, number>>;
  /** Cost handed out, by length of the window and slot of time. */
  readonly spent: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Nothing starts before. */
  readonly pausedUntil: number;
}

/**
 * Where workers share the budgets of vendor tenants: in memory, in SQL, in any store that can change
 * one small document at a time. `budgetStoreConformance` proves one.
 */
export interface BudgetStore {
  /**
   * Reads a budget, changes it and writes it, as one: nobody else changes it in between. `change` may
   * be called again with what another worker has written meanwhile.
   *
   * @param budget - name of the vendor tenant
   * @param change - without effects; gets nothing for a budget that is new
   */
  update<Result>(
    budget: string,
    change: (state: BudgetState | undefined) => BudgetChange<Result>,
  ): Promise<Result>;
}

/** What a change of a budget comes to. */
export interface BudgetChange<Result> {
  readonly state: BudgetState;
  readonly result: Result;
}

/** What a worker asks for. */
export interface BudgetRequest {
  readonly worker: string;
  readonly nowMs: number;
  readonly windows: readonly RateLimit[];
  /** At least so much, or nothing. */
  readonly need: number;
  /** As much as this, where it is there. */
  readonly want: number;
  readonly keepsReserve: boolean;
  /** Longest pause that another worker may impose. */
  readonly maxPauseMs: number;
  /** Not needed of an earlier grant. */
  readonly returned?: { readonly grantedAt: number; readonly cost: number } | undefined;
}

/** What a worker gets. */
export interface BudgetGrant {
  /** 0: nothing now. */
  readonly cost: number;
  /** Use it until then; afterwards it is lost, or given back with the next request. */
  readonly useWithinMs: number;
  /** Ask again no sooner; 0 for at any time. */
  readonly retryInMs: number;
  readonly pausedUntil: number;
  /** How many workers live, and how many of them come before this one. */
  readonly workers: number;
  readonly rank: number;
}

/** A worker that does not ask for so long is dead, and its share goes to the others. */
const workerTtlMs = 10_000;
/** Longest use of a grant; so late does a worker hear of pauses and of new workers. */
const mostUseMs = 2_000;
/** Part of a window in which a grant is used, and a slot of time. */
const useShare = 10;
const slotShare = 20;

/**
 * Hands out a part of a budget. What is granted counts for the window and for the time in which it
 * may be used, so that all workers together keep each limit in every stretch of time; the price is a
 * seventh of the rate.
 */
export function takeFromBudget(
  before: BudgetState | undefined,
  request: BudgetRequest,
): BudgetChange<BudgetGrant> {
  const { worker, nowMs, windows, need } = request;
  const workers = { ...alive(before?.workers ?? {}, nowMs), [worker]: nowMs + workerTtlMs };
  const names = Object.keys(workers).sort();
  const useWithinMs = Math.min(mostUseMs, ...windows.map(({ perMs }) => perMs / useShare));
  const sheets = windows.map((window) => openSheet(window, { before, request, useWithinMs }));
  const free = Math.min(Infinity, ...sheets.map((sheet) => sheet.free));
  // Nobody takes the whole of what others wait for, too.
  const fair = Math.max(need, Math.ceil(free / names.length));
  const isRefused = free < need;
  const cost = isRefused ? 0 : Math.min(request.want, free, fair);
  // Who got less than it wanted lets the others ask first.
  // A worker that waits for a long window has to be heard of meanwhile.
  const waitMs = Math.max(0, ...sheets.map((sheet) => sheet.waitMs(need)));
  const refusalMs = Math.min(workerTtlMs / 2, waitMs);
  const pauseMs = cost < request.want && names.length > 1 ? useWithinMs : 0;
  const spent = Object.fromEntries(sheets.map((sheet) => [String(sheet.perMs), sheet.close(cost)]));
  // A worker whose clock is far ahead does not stop all others for ever.
  const pausedUntil = Math.min(before?.pausedUntil ?? 0, nowMs + request.maxPauseMs);
  return {
    state: { workers, spent, pausedUntil: pausedUntil > nowMs ? pausedUntil : 0 },
    result: {
      cost,
      useWithinMs,
      retryInMs: isRefused ? refusalMs : pauseMs,
      pausedUntil,
      workers: names.length,
      rank: names.indexOf(worker),
    },
  };
}

/** Stops all workers; the longer pause wins. */
export function pauseBudget(
  before: BudgetState | undefined,
  pausedUntil: number,
): BudgetChange<void> {
  const state = before ?? { workers: {}, spent: {}, pausedUntil: 0 };
  return {
    state: { ...state, pausedUntil: Math.max(state.pausedUntil, pausedUntil) },
    result: undefined,
  };
}

/** The account of one window. */
function openSheet(
  { requests, perMs }: RateLimit,
  {
    before,
    request,
    useWithinMs,
  }: { before: BudgetState | undefined; request: BudgetRequest; useWithinMs: number },
) {
  const { nowMs, returned } = request;
  const slotMs = perMs / slotShare;
  const slotOf = (at: number): number => Math.floor(at / slotMs);
  /** When what was handed out in a slot no longer counts. */
  const freedAt = (slot: number): number => (slot + 1) * slotMs + useWithinMs + perMs;
  const slots = new Map<number, number>();
  for (const [slot, cost] of Object.entries(before?.spent[String(perMs)] ?? {})) {
    if (freedAt(Number(slot)) > nowMs) slots.set(Number(slot), cost);
  }
  if (returned !== undefined) {
    const slot = slotOf(returned.grantedAt);
    const cost = slots.get(slot);
    if (cost !== undefined) slots.set(slot, Math.max(0, cost - returned.cost));
  }
  const most = usable(requests, request.keepsReserve);
  const free = most - [...slots.values()].reduce((sum, cost) => sum + cost, 0);
  return {
    perMs,
    free,
    waitMs(need: number): number {
      let missing = Math.min(need, most) - free;
      if (missing <= 0) return 0;
      for (const [slot, cost] of [...slots].sort(([a], [b]) => a - b)) {
        missing -= cost;
        if (missing <= 0) return Math.max(1, Math.ceil(freedAt(slot) - nowMs));
      }
      return perMs;
    },
    close(cost: number): Record<string, number> {
      const slot = slotOf(nowMs);
      if (cost > 0) slots.set(slot, (slots.get(slot) ?? 0) + cost);
      return Object.fromEntries(slots);
    },
  };
}

function alive(workers: Readonly<Record<string, number>>, nowMs: number): Record<string, number> {
  return Object.fromEntries(
    // One whose clock was far ahead does not live for ever.
    Object.entries(workers).filter(
      ([, until]) => until > nowMs && until <= nowMs + 2 * workerTtlMs,
    ),
  );
}
