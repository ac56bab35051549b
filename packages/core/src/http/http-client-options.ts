import type { AuthStrategy } from '../auth/auth-strategy.ts';
import type { TokenStore } from '../auth/tokens/token-store.ts';
import type { Clock } from '../contract/clock.ts';
import type { Logger } from '../contract/logger.ts';
import type { NetworkPolicy } from '../network/network-policy.ts';
import type { ConnectorObserver } from '../observe/connector-observer.ts';
import type { CircuitBreaker } from '../resilience/circuit-breaker.ts';
import type { Governor } from '../resilience/governor.ts';
import type { RetryOptions } from '../resilience/retry.ts';
import type { RetryBudget } from '../resilience/retry-budget.ts';
import type { ClassifyResponse } from './classify-response.ts';
import type { HttpTransport } from './http-transport.ts';

/** What an answer may cost. */
export interface ResponseLimits {
  /**
   * Most bytes of a body, compressed and decompressed.
   * @default 67_108_864 (64 MiB)
   */
  readonly maxBytes?: number | undefined;
  /**
   * Deepest nesting of JSON.
   * @default 100
   */
  readonly maxDepth?: number | undefined;
  /**
   * Most decompressed bytes per compressed byte; the first MiB is always allowed.
   * @default 100
   */
  readonly maxDecompressionRatio?: number | undefined;
}

/** What a client is made of. Only the first two are needed; the rest has defaults that fit. */
export interface HttpClientOptions {
  /** `manifest.id` of the connector; goes into errors. */
  readonly system: string;
  /** For example `https://my300000-api.s4hana.cloud.sap/sap/opu/odata/sap`. */
  readonly baseUrl: string;
  /** @default none: requests go out unsigned */
  readonly auth?: AuthStrategy | undefined;
  /**
   * The vendor tenant that budgets and circuits belong to, for example client `100` or a realm id.
   * @default 'default'
   */
  readonly tenant?: string | undefined;
  /**
   * Name of the connection in the token store; has to tell different credentials apart.
   * @default '<system>:<tenant>@<baseUrl>'
   */
  readonly connection?: string | undefined;
  /**
   * Give the same one to all clients of a vendor tenant.
   * @default one of its own, 10 at a time
   */
  readonly governor?: Governor | undefined;
  /** @default one of its own */
  readonly breaker?: CircuitBreaker | undefined;
  /** @default four attempts */
  readonly retry?: RetryOptions | undefined;
  /** @default one of its own */
  readonly retryBudget?: RetryBudget | undefined;
  /**
   * For an operation with all its waits: queue, back-off, sign-in, retries.
   * @default 120_000
   */
  readonly deadlineMs?: number | undefined;
  /**
   * For one exchange, also with a token endpoint.
   * @default 30_000
   */
  readonly attemptTimeoutMs?: number | undefined;
  readonly limits?: ResponseLimits | undefined;
  readonly classify?: ClassifyResponse | undefined;
  /** Sent with every request; a request's own win. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Header that carries the correlation id, for example `x-correlation-id`.
   * @default none is sent
   */
  readonly correlationHeader?: string | undefined;
  /** Members of JSON whose numbers always arrive as strings, for example OData V4 decimals. */
  readonly decimalFields?: readonly string[] | undefined;
  /**
   * TLS, proxy, and where connections may lead. Not beside `transport`, which has its own.
   * @default TLS 1.2 and up, no proxy, anywhere but metadata services
   */
  readonly network?: NetworkPolicy | undefined;
  /** @default axios with keep-alive. One that is given is not closed with the client. */
  readonly transport?: HttpTransport | undefined;
  /** @default the machine's */
  readonly clock?: Clock | undefined;
  /** From 0 up to 1, for jitter. @default Math.random */
  readonly random?: (() => number) | undefined;
  /** @default silent */
  readonly logger?: Logger | undefined;
  /** @default in memory */
  readonly tokens?: TokenStore | undefined;
  /**
   * Hears operations and the life of the connection: telemetry, audit, alarms.
   * @default nobody
   */
  readonly observer?: ConnectorObserver | undefined;
}
