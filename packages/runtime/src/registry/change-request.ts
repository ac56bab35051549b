import type { JsonValue } from '@common/connector-core';
import type { Connection } from './connection.ts';

/** One difference between what is and what is asked for. */
export interface ConnectionChange {
  /** For example `settings.pageSize` or `credentials.password`. */
  readonly path: string;
  /** Absent where there was none; a secret is `••••`. */
  readonly before?: JsonValue | undefined;
  readonly after?: JsonValue | undefined;
}

/** What a change is about. */
export type ChangeOperation = 'create' | 'update' | 'remove' | 'restore';

/**
 * - `open`: waits for somebody else
 * - `stale`: the connection was changed since, so that what was asked for is not what would come
 * - `expired`: nobody decided in time
 */
export type ChangeStatus = 'open' | 'stale' | 'expired' | 'applied' | 'rejected' | 'withdrawn';

/** A change of a connection that another person has to approve. */
export interface ChangeRequest {
  readonly tenant: string;
  readonly id: string;
  /** `code` of the connection. */
  readonly connection: string;
  readonly operation: ChangeOperation;
  /** What it would change, or has changed. */
  readonly changes: readonly ConnectionChange[];
  readonly status: ChangeStatus;
  /** Grows when the request is revised: an approval is for what was looked at. */
  readonly revision: number;
  readonly requestedBy: string;
  readonly requestedAt: number;
  /** Everybody who had a hand in it; none of them may approve it. */
  readonly editors: readonly string[];
  readonly expiresAt: number;
  readonly decidedBy: string | undefined;
  readonly decidedAt: number | undefined;
  /** Why it was rejected or withdrawn. */
  readonly reason: string | undefined;
}

/** What became of a change. */
export type ChangeOutcome =
  | { readonly status: 'applied' | 'unchanged'; readonly connection: Connection }
  /** The environment is governed: `approve` of somebody else applies it. */
  | { readonly status: 'requested'; readonly request: ChangeRequest };
