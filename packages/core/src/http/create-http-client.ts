import type { AuthContext } from '../auth/auth-strategy.ts';
import { memoryTokenStore } from '../auth/tokens/memory-token-store.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { Logger } from '../contract/logger.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { redactHeaders } from '../errors/redact-headers.ts';
import type { OperationOutcome } from '../observe/connector-observer.ts';
import { guardObserver } from '../observe/guard-observer.ts';
import { watchConnection } from '../observe/watch-connection.ts';
import { withAttemptTimeout } from '../resilience/attempt-timeout.ts';
import { createCircuitBreaker } from '../resilience/circuit-breaker.ts';
import { createGovernor } from '../resilience/governor.ts';
import { createHealthWindow } from '../resilience/health-window.ts';
import { createQuotaWindow } from '../resilience/quota-window.ts';
import { reportHealth } from '../resilience/report-health.ts';
import { retry } from '../resilience/retry.ts';
import { createRetryBudget } from '../resilience/retry-budget.ts';
import { axiosTransport } from './axios-transport.ts';
import { conclude, withContext } from './conclude.ts';
import { acceptedEncodings } from './decode-body.ts';
import { deliverStream } from './deliver-stream.ts';
import { type ExchangeScope, exchange } from './exchange.ts';
import type { HttpClient } from './http-client.ts';
import type { HttpClientOptions } from './http-client-options.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import { clientClosed, type Operation, openOperation } from './operation.ts';
import { readBaseUrl, resolveUrl } from './resolve-url.ts';
import { transportFailure } from './transport-failure.ts';

/**
 * Makes the client of one connection. Every request passes, in this order: governor, circuit
 * breaker, deadline, retry, auth, attempt timeout, HTTP.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when `baseUrl` is none
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { system, auth, limits = {}, logger, clock = systemClock, random = Math.random } = options;
  const base = readBaseUrl(options.baseUrl);
  const tenant = options.tenant ?? 'default';
  const circuit = `${base.origin} ${tenant}`;
  const governor = options.governor ?? createGovernor({ clock });
  const breaker = options.breaker ?? createCircuitBreaker({ clock });
  const budget = options.retryBudget ?? createRetryBudget();
  const health = createHealthWindow(clock);
  const quotas = createQuotaWindow(clock);
  if (options.transport !== undefined && options.network !== undefined) throw transportHasItsOwn();
  const ownTransport =
    options.transport === undefined
      ? axiosTransport({ tls: () => auth?.tls?.() ?? {}, network: options.network })
      : undefined;
  const timeoutMs = options.attemptTimeoutMs ?? 30_000;
  const transport = withAttemptTimeout(options.transport ?? ownTransport!, { timeoutMs, clock });
  const connection = options.connection ?? `${system}:${tenant}@${base.baseUrl}`;
  const watch =
    options.observer &&
    watchConnection({
      observer: guardObserver(options.observer, logger ?? silent),
      identity: { system, tenant, connection },
      ...{ breaker, circuit, clock },
    });
  const shared = {
    transport,
    clock,
    logger: logger ?? silent,
    tokens: options.tokens ?? memoryTokenStore(),
    connection,
    baseUrl: base.baseUrl,
    notify: watch?.notify,
  };
  const scope: ExchangeScope = {
    system,
    base,
    auth,
    transport,
    governor,
    quotas,
    clock,
    classify: options.classify,
    limits: {
      maxBytes: limits.maxBytes ?? 64 * 1024 * 1024,
      maxDecompressionRatio: limits.maxDecompressionRatio ?? 100,
    },
    parsing: { decimalFields: options.decimalFields, maxDepth: limits.maxDepth },
    headers: {
      'user-agent': `common-connector/${system}`,
      accept: 'application/json',
      'accept-encoding': acceptedEncodings,
      ...lowerCase(options.headers),
    },
    correlationHeader: options.correlationHeader?.toLowerCase(),
    onAnswer: (operation, draft, outcome, headers = {}) =>
      logger?.debug('request', {
        system,
        method: draft.method,
        // Values of a query may be secrets or business data; the path says enough.
        path: new URL(draft.url).pathname,
        outcome,
        latencyMs: operation.latencyMs,
        request: operation.sent,
        correlationId: operation.correlationId,
        requestHeaders: redactHeaders(draft.headers),
        responseHeaders: redactHeaders(headers),
      }),
  };
  const needsCorrelation =
    logger !== undefined || watch !== undefined || scope.correlationHeader !== undefined;
  const open = new Set<Operation>();
  let closed = false;

  const watched = (error: unknown): never => {
    if (ConnectorError.isInstance(error)) watch?.failed(error);
    throw error;
  };

  const attempts = (operation: Operation): Promise<HttpResponse> => {
    const { request, signal, correlationId } = operation;
    const context: AuthContext = { ...shared, signal, correlationId, priority: request.priority };
    const attempt = () => exchange(operation, context, scope);
    return retry(watch === undefined ? attempt : () => attempt().catch(watched), {
      options: options.retry,
      budget,
      clock,
      random,
      signal,
      isRepeatable: () => operation.isIdempotent || !operation.lastIsUncertain,
      remainingMs: operation.remainingMs,
      onRetry: ({ code }, delayMs) => {
        operation.observer?.retry?.({ code, delayMs });
        logger?.debug('retry', { system, code, delayMs, correlationId });
      },
    });
  };

  const locate = (request: HttpRequest): string => {
    // Where a strategy knows the address, nobody knows it before signing in.
    if (auth?.baseUrl !== undefined) return request.url;
    try {
      return resolveUrl(request.url, base);
    } catch (error) {
      throw ConnectorError.isInstance(error) ? withContext(error, request, system) : error;
    }
  };

  return {
    baseUrl: base.baseUrl,
    async send(request) {
      const url = locate(request);
      const correlationId =
        request.correlationId ?? (needsCorrelation ? crypto.randomUUID() : undefined);
      const operation = openOperation({
        ...{ request, url, clock, correlationId },
        deadlineMs: options.deadlineMs ?? 120_000,
        observer: watch?.begin(request, correlationId),
      });
      if (closed) operation.abort(clientClosed());
      open.add(operation);
      const settle = (error?: ConnectorError): void => {
        if (!open.delete(operation)) return;
        operation.end();
        operation.observer?.ended?.(outcomeOf(operation, error));
      };
      const work = (): Promise<HttpResponse> => {
        operation.observer?.admitted?.({ waitMs: operation.elapsedMs() });
        return breaker.run(circuit, () => attempts(operation));
      };
      try {
        const response = await governor.run(work, {
          priority: request.priority,
          cost: request.cost,
          signal: operation.signal,
        });
        health.record({ ok: true, latencyMs: operation.latencyMs });
        watch?.succeeded();
        if (response.stream === undefined) {
          settle();
          return response;
        }
        const fail = (thrown: unknown): ConnectorError =>
          conclude(operation, transportFailure(thrown, new URL(base.origin).host), system);
        return deliverStream(response, response.stream, {
          ...{ operation, clock, timeoutMs, fail, settle },
        });
      } catch (thrown) {
        const error = conclude(operation, thrown, system);
        settle(error);
        if (operation.sent > 0 && error.code !== 'ERR_ABORTED') {
          health.record({ ok: !isIllness(error), latencyMs: operation.latencyMs });
        }
        throw error;
      }
    },
    health: () =>
      reportHealth({
        figures: health.figures(),
        breaker: breaker.state(circuit),
        expiry: auth?.expiry?.(connection),
        isRenewable: auth?.recover !== undefined,
        nowMs: clock.now(),
        ...{ governor, quotas },
      }),
    async close() {
      if (closed) return;
      closed = true;
      for (const operation of open) operation.abort(clientClosed());
      try {
        await auth?.close?.(shared);
      } catch (error) {
        // Sockets are closed all the same; the session ends by itself at the vendor.
        shared.logger.warn('The session could not be ended at the vendor.', {
          system,
          reason: error instanceof Error ? error.message : undefined,
        });
      }
      await ownTransport?.close();
      watch?.closed();
    },
  };
}

function outcomeOf(operation: Operation, error: ConnectorError | undefined): OperationOutcome {
  const common = { durationMs: operation.elapsedMs(), attempts: operation.sent };
  if (error === undefined) return { ok: true, ...common };
  const { code, category, outcomeUnknown } = error;
  return { ok: false, ...common, code, category, outcomeUnknown };
}

/** A record that is not found or not valid says nothing about the health of the system. */
function isIllness(error: ConnectorError): boolean {
  return !['validation', 'not-found', 'conflict', 'mapping', 'unsupported'].includes(
    error.category,
  );
}

function lowerCase(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

function transportHasItsOwn(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message:
      'A transport and a network policy were given; the transport would not follow the policy. Give the policy to the transport: axiosTransport({ network }).',
  });
}
