/** A request that starts, or would. */
export interface Start {
  readonly nowMs: number;
  readonly cost: number;
  readonly isBackfill: boolean;
  /** Backfill leaves a part of every limit to interactive work, except when its guaranteed turn has come. */
  readonly keepsReserve: boolean;
}

/** One of the limits that a governor keeps. */
export interface Limit {
  /**
   * From when on the limit allows a start, milliseconds since the epoch: not after `nowMs` means now.
   * `Infinity`: not known yet; the governor is told when it is.
   */
  readyAt(start: Start): number;
  /** A request starts, or was sent again. */
  spend(start: Start): void;
}

/** Share of every limit that backfill leaves to interactive work. */
const reserve = 0.1;

/** What a start may use of a limit. A limit of less than five has no reserve. */
export function usable(limit: number, keepsReserve: boolean): number {
  return keepsReserve ? limit - Math.round(limit * reserve) : limit;
}
