import type { CallOptions } from '../contract/call-options.ts';
import type { Clock } from '../contract/clock.ts';
import type { LifecycleEvent } from '../contract/lifecycle-event.ts';
import type { Logger } from '../contract/logger.ts';
import type { HttpBody } from '../http/http-body.ts';
import type { HttpTransport } from '../http/http-transport.ts';
import type { TokenStore } from './tokens/token-store.ts';

/** A request that is about to be signed. A strategy changes it in place. */
export interface RequestDraft {
  readonly method: string;
  /** Absolute. A strategy that signs by query replaces it. */
  url: string;
  /** Names in lower case. */
  readonly headers: Record<string, string>;
  readonly body?: HttpBody | undefined;
}

/** An answer that the server gave for want of valid credentials. */
export interface AuthFailure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** When the failed request was signed, by the clock. A token newer than this is tried before it is refreshed. */
  readonly signedAt: number;
  /** The request as it was signed: the very object that `authorize` got. */
  readonly draft?: RequestDraft | undefined;
}

/** Client certificate and trust, as Node's `tls` takes them. */
export interface TlsIdentity {
  /** PEM. */
  readonly cert?: string | Uint8Array | undefined;
  /** PEM. */
  readonly key?: string | Uint8Array | undefined;
  /** PKCS#12, in place of `cert` and `key`. */
  readonly pfx?: Uint8Array | undefined;
  readonly passphrase?: string | undefined;
  /** PEM of the issuers to trust, in place of those of Node. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
}

/** What the pipeline lends to a strategy. */
export interface AuthContext extends CallOptions {
  /** For requests to token endpoints. They pass no policy and are never themselves recovered. */
  readonly transport: HttpTransport;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where tokens live between processes. */
  readonly tokens: TokenStore;
  /** Separates tenants and connections in the store. */
  readonly connection: string;
  /** The client's `baseUrl`, as it was configured. */
  readonly baseUrl: string;
  /** Tells whoever observes the connection; the pipeline adds time and connection. */
  readonly notify?:
    | ((event: Pick<LifecycleEvent, 'type' | 'reason' | 'expiresAt'>) => void)
    | undefined;
}

/** When credentials end, milliseconds since the epoch; absent where the server does not tell. */
export interface CredentialExpiry {
  readonly accessExpiresAt?: number | undefined;
  /** Of a refresh token: after it a person has to sign in again. */
  readonly refreshExpiresAt?: number | undefined;
}

/**
 * A way to sign in, as a value. Secrets live in its closure, are read at use and never become
 * properties.
 */
export interface AuthStrategy {
  /** For example `basic`, `oauth2-client-credentials`. */
  readonly kind: string;
  /**
   * Puts credentials on the request, fetching a token first where it takes one.
   *
   * @throws ConnectorError of category `authentication` when there is no way to get credentials
   */
  authorize(draft: RequestDraft, context: AuthContext): Promise<void>;
  /**
   * Called once after a 401. `retry` sends the request again with fresh credentials, `fail` lets the
   * failure stand. Absent: it stands. Concurrent failures share one refresh.
   */
  recover?(failure: AuthFailure, context: AuthContext): Promise<'retry' | 'fail'>;
  /**
   * For systems that do not say 401: whether an answer says that the session is over, for example a
   * redirect to a login page. It is taken as a 401 then. Asked before all else.
   */
  isSignedOut?(answer: Pick<AuthFailure, 'status' | 'headers'>): boolean;
  /**
   * Where the vendor says that its API is, for vendors that tell with the token, for example
   * Salesforce's `instance_url`. Asked before every request: what is addressed to the client's base
   * URL goes there, and its origin becomes the only one that gets credentials. Check it against the
   * domains of the vendor before you answer it.
   *
   * @returns an absolute URL; `undefined` for the configured one
   */
  baseUrl?(context: AuthContext): Promise<string | undefined>;
  /**
   * For strategies that sign in by TLS: read once, when the transport of the client opens its first
   * socket. A transport that the client was given opens sockets by its own rules.
   */
  tls?(): TlsIdentity | Promise<TlsIdentity>;
  /** When the credentials end that are in use now; costs no request. Absent: they do not end. */
  expiry?(connection: string): CredentialExpiry | undefined;
  /** Ends a session at the vendor where there is one. Called by `disconnect`. */
  close?(context: AuthContext): Promise<void>;
}

/** A secret, or where to get it. Functions are called at use, so that rotation needs no restart. */
export type Secret = string | (() => string | Promise<string>);
