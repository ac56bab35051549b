import type { HttpBody } from './http-body.ts';

/** A request as a connector states it. The pipeline adds authentication, limits and retries. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'MERGE' | 'DELETE';
  /**
   * Relative to the client's `baseUrl`, or absolute. An absolute URL of another origin is refused
   * with `ERR_CROSS_ORIGIN`: credentials never leave the configured origin.
   */
  readonly url: string;
  /** Names in any case; sent in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: HttpBody | undefined;
  /**
   * Whether the same request may be sent twice without a second effect. Not idempotent requests are
   * repeated only when the server certainly did not act.
   * @default true for GET, HEAD, PUT and DELETE
   */
  readonly idempotent?: boolean | undefined;
  /**
   * Whether it changes nothing although its method may: a query or a sign-in by POST. It may then be
   * sent again, and a lost answer leaves nothing unknown.
   * @default true for GET and HEAD
   */
  readonly readOnly?: boolean | undefined;
  /**
   * How the body is handed over. `buffer` reads it whole, within the limits; `stream` leaves it to
   * the caller, who must read or cancel it (the limits of size still hold).
   * @default 'buffer'
   */
  readonly responseType?: 'buffer' | 'stream' | undefined;
  /**
   * Answers that are no failure although their status says so, for example `[404]` for a read by key.
   * @default []
   */
  readonly acceptStatus?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly priority?: 'interactive' | 'backfill' | undefined;
  /**
   * What the request costs of the vendor's rate, for example the number of its batch parts.
   * @default 1
   */
  readonly cost?: number | undefined;
  /** For errors, logs and spans. */
  readonly operation?: string | undefined;
  readonly entity?: string | undefined;
  readonly key?: string | undefined;
  readonly correlationId?: string | undefined;
}
