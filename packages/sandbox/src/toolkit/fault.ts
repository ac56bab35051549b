/**
 * What can go wrong.
 *
 * - `status`: an answer with `status`, instead of the real one.
 * - `reset-before`: the connection is reset, nothing was done.
 * - `reset-after`: the call is carried out, then the connection is reset: a lost answer.
 * - `slow-headers`: the call is carried out, its answer begins after `delayMs`.
 * - `stall-body`: half the body comes, the rest after `delayMs`; without `delayMs` never.
 * - `truncate-body`: half the body comes, then the connection ends.
 * - `html-page`: an HTML page with status 200 (or `status`), instead of the real answer.
 * - `empty-body`: the call is carried out; its status comes with an empty body.
 * - `malformed-json`: the call is carried out; its body is cut but the length is right.
 * - `altered-body`: the call is carried out; what `search` finds in its body comes as `replacement`.
 * - `half-open`: the peer vanishes from the connection without a word, as when a firewall forgets it: the
 *   call, and whatever comes on it later, is never answered, and it does not end. New connections do well.
 *
 * A simulator adds named kinds of its own (`expired-token`, `stale-csrf`).
 */
export type FaultKind =
  | 'status'
  | 'reset-before'
  | 'reset-after'
  | 'slow-headers'
  | 'stall-body'
  | 'truncate-body'
  | 'html-page'
  | 'empty-body'
  | 'malformed-json'
  | 'altered-body'
  | 'half-open'
  | (string & {});

export const builtInFaultKinds: readonly FaultKind[] = [
  'status',
  'reset-before',
  'reset-after',
  'slow-headers',
  'stall-body',
  'truncate-body',
  'html-page',
  'empty-body',
  'malformed-json',
  'altered-body',
  'half-open',
];

/** A fault and its particulars. */
export interface FaultEffect {
  readonly kind: FaultKind;
  /** For `status` (default 503) and `html-page` (default 200). */
  readonly status?: number | undefined;
  /** `Retry-After`: seconds, a Date (sent as HTTP date), or any text, which may be garbage. */
  readonly retryAfter?: number | string | Date | undefined;
  /** More response headers, for `status` and `html-page`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** For `status` and `html-page`; by default what the simulator or the toolkit writes. */
  readonly body?: string | undefined;
  /** Content type of `body`. */
  readonly contentType?: string | undefined;
  /** For `slow-headers` (default 1,000) and `stall-body`. Milliseconds of real time. */
  readonly delayMs?: number | undefined;
  /**
   * For `status`, `html-page` and `half-open`: whether the call is carried out before.
   * @default false
   */
  readonly applyFirst?: boolean | undefined;
  /** For `half-open`: every connection that stands, not only the one of the call. @default false */
  readonly everyConnection?: boolean | undefined;
  /** For `altered-body`: what is replaced, the first of it or, with a global RegExp, all of it. */
  readonly search?: string | RegExp | undefined;
  /** For `altered-body`. As in `String.replace`. @default '' */
  readonly replacement?: string | undefined;
}

/** Which calls a fault may hit. Everything given must fit; nothing given fits every call. */
export interface FaultMatch {
  readonly method?: string | undefined;
  /** The percent-encoded path: exact, or with a trailing `*` as prefix, or a RegExp over path and query. */
  readonly path?: string | RegExp | undefined;
  readonly operation?: string | undefined;
}

/** A fault that hits certain calls a certain number of times. */
export interface ScriptedFault extends FaultEffect {
  readonly match?: FaultMatch | undefined;
  /** How many calls it hits. @default 1 */
  readonly times?: number | undefined;
  /** How many fitting calls pass before the first hit. @default 0 */
  readonly after?: number | undefined;
}

/** A scripted fault that has not hit as often as it should. */
export interface PendingFault extends ScriptedFault {
  readonly id: number;
  /** Hits to come. */
  readonly remaining: number;
}

/** Faults that hit calls by chance, always the same for a seed and a request number. */
export interface RandomFaults {
  /** Probability for each call, 0 to 1. */
  readonly rate: number;
  /**
   * One of these is drawn, all equally likely. `reset` becomes `reset-before` or, for writes, with
   * the probability `afterWriteShare`, `reset-after`.
   * @default 429 with Retry-After 1, 503, reset
   */
  readonly kinds?: readonly (FaultKind | 'reset' | FaultEffect)[] | undefined;
  /** @default the sandbox's seed */
  readonly seed?: number | undefined;
  /** Share of the resets of writes that come after the write was applied. @default 0.1 */
  readonly afterWriteShare?: number | undefined;
  /**
   * How often the same call (method, path, query and body) is hit at most, so that a client which
   * retries gets through. Calls whose bytes differ at each try are bounded by probability alone.
   * @default 2
   */
  readonly maxPerKey?: number | undefined;
  /** Restricts which calls may be hit. */
  readonly match?: FaultMatch | undefined;
}

/** How often each kind hit. */
export interface FaultCounts {
  readonly total: number;
  readonly byKind: Readonly<Record<string, number>>;
}
