import type { LifecycleEvent } from '../contract/lifecycle-event.ts';
import type { ErrorCategory } from '../errors/error-category.ts';

/**
 * Hears what a connection does: give it to a connector as `observer`. Every member is optional; what
 * is absent costs nothing. All are called in the middle of a call, so they have to be quick; what
 * they throw never reaches the caller, and is logged once.
 *
 * Nothing that an observer hears holds a secret, a body, a header or the values of a query.
 */
export interface ConnectorObserver {
  /** Connected, throttled, circuit opened, and so on. */
  lifecycle?(event: LifecycleEvent): void;
  /**
   * A request of the connector begins; called in the caller's own asynchronous context.
   *
   * @returns who hears how it goes on
   */
  operation?(operation: ObservedOperation): OperationObserver | undefined;
  /** Records came in, or the outcome of a write is known. Told by `observeConnector`. */
  records?(count: RecordCount): void;
}

/** Whose operation, and what for. */
export interface ObservedOperation {
  /** `manifest.id` of the connector. */
  readonly system: string;
  /** The vendor tenant. */
  readonly tenant: string;
  /** Name of the connection in the token store. */
  readonly connection: string;
  readonly method: string;
  /** The connector's own name for it, for example `erpSync.status`. */
  readonly operation?: string | undefined;
  readonly entity?: string | undefined;
  /** Native key of the record, which may be business data. */
  readonly key?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly priority: 'interactive' | 'backfill';
}

/** Hears one operation from its beginning to its end. Attempts come one after the other. */
export interface OperationObserver {
  /** It has got its turn. */
  admitted?(turn: { readonly waitMs: number }): void;
  /**
   * An HTTP request is about to leave, signed already.
   *
   * @returns headers to send along, for example `traceparent`; one that is there already stays
   */
  attemptStarted?(attempt: ObservedAttempt): Readonly<Record<string, string>> | undefined;
  attemptEnded?(result: AttemptResult): void;
  /** The operation will be tried again after a wait. */
  retry?(retry: { readonly code: string; readonly delayMs: number }): void;
  /** Called once, always, and last. With a stream: when it has been read, or given up. */
  ended?(outcome: OperationOutcome): void;
}

/** One HTTP request. */
export interface ObservedAttempt {
  readonly method: string;
  /** Origin and path. */
  readonly url: string;
  /** How many requests the operation has sent before, for whatever reason. */
  readonly resendCount: number;
}

/** How an HTTP request went. */
export interface AttemptResult {
  /** Absent when no answer came. */
  readonly status?: number | undefined;
  /** Why none came, or why it could not be read: the code of a `ConnectorError`. */
  readonly code?: string | undefined;
  /** The caller reckoned with this status (`acceptStatus`), so it is no failure. */
  readonly isAccepted?: boolean | undefined;
  readonly latencyMs: number;
}

/** How an operation went. */
export type OperationOutcome =
  | { readonly ok: true; readonly durationMs: number; readonly attempts: number }
  | {
      readonly ok: false;
      readonly durationMs: number;
      readonly attempts: number;
      readonly code: string;
      readonly category: ErrorCategory;
      /** The server may have acted although no answer arrived. */
      readonly outcomeUnknown: boolean;
    };

/** Records that crossed the border of a connector. */
export interface RecordCount {
  readonly system: string;
  readonly entity: string;
  readonly direction: 'read' | 'written';
  /** How many went well. */
  readonly succeeded: number;
  /** How many did not: could not be decoded, were refused, or have an unknown outcome. */
  readonly failed: number;
}
