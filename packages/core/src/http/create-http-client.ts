import type { AuthContext } from '../auth/auth-strategy.ts';
import { memoryTokenStore } from '../auth/tokens/memory-token-store.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { Logger } from '../contract/logger.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { withAttemptTimeout } from '../resilience/attempt-timeout.ts';
import { createCircuitBreaker } from '../resilience/circuit-breaker.ts';
import { createGovernor } from '../resilience/governor.ts';
import { createHealthWindow } from '../resilience/health-window.ts';
import { retry } from '../resilience/retry.ts';
import { createRetryBudget } from '../resilience/retry-budget.ts';
import { axiosTransport } from './axios-transport.ts';
import { conclude, withContext } from './conclude.ts';
import { acceptedEncodings } from './decode-body.ts';
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
  const ownTransport =
    options.transport === undefined
      ? axiosTransport({ tls: () => auth?.tls?.() ?? {}, network: options.network })
      : undefined;
  const transport = withAttemptTimeout(options.transport ?? ownTransport!, {
    timeoutMs: options.attemptTimeoutMs ?? 30_000,
    clock,
  });
  const shared = {
    transport,
    clock,
    logger: logger ?? silent,
    tokens: options.tokens ?? memoryTokenStore(),
    connection: options.connection ?? `${system}:${tenant}@${base.baseUrl}`,
    baseUrl: base.baseUrl,
  };
  const scope: ExchangeScope = {
    system,
    base,
    auth,
    transport,
    governor,
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
    onAnswer: (operation, draft, outcome) =>
      logger?.debug('request', {
        system,
        method: draft.method,
        // Values of a query may be secrets or business data; the path says enough.
        path: new URL(draft.url).pathname,
        outcome,
        latencyMs: operation.latencyMs,
        request: operation.sent,
        correlationId: operation.correlationId,
      }),
  };
  const needsCorrelation = logger !== undefined || scope.correlationHeader !== undefined;
  const open = new Set<Operation>();
  let closed = false;

  const attempts = (operation: Operation): Promise<HttpResponse> => {
    const { request, signal, correlationId } = operation;
    const context: AuthContext = { ...shared, signal, correlationId, priority: request.priority };
    return retry(() => exchange(operation, context, scope), {
      options: options.retry,
      budget,
      clock,
      random,
      signal,
      isRepeatable: () => operation.isIdempotent || !operation.lastIsUncertain,
      remainingMs: operation.remainingMs,
      onRetry: (error, delayMs) =>
        logger?.debug('retry', { system, code: error.code, delayMs, correlationId }),
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
      const operation = openOperation({
        request,
        url: locate(request),
        clock,
        deadlineMs: options.deadlineMs ?? 120_000,
        correlationId:
          request.correlationId ?? (needsCorrelation ? crypto.randomUUID() : undefined),
      });
      if (closed) operation.abort(clientClosed());
      open.add(operation);
      const end = (): void => {
        operation.end();
        open.delete(operation);
      };
      try {
        const response = await governor.run(() => breaker.run(circuit, () => attempts(operation)), {
          priority: request.priority,
          signal: operation.signal,
        });
        health.record({ ok: true, latencyMs: operation.latencyMs });
        if (response.stream === undefined) {
          end();
          return response;
        }
        operation.stopDeadline();
        const fail = (thrown: unknown): ConnectorError =>
          conclude(operation, transportFailure(thrown, new URL(base.origin).host), system);
        return { ...response, stream: concludingStream(response.stream, fail, end) };
      } catch (thrown) {
        end();
        const error = conclude(operation, thrown, system);
        if (operation.sent > 0 && error.code !== 'ERR_ABORTED') {
          health.record({ ok: !isIllness(error), latencyMs: operation.latencyMs });
        }
        throw error;
      }
    },
    health: () => health.report(breaker.state(circuit)),
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
    },
  };
}

async function* concludingStream(
  stream: AsyncIterable<Uint8Array>,
  fail: (thrown: unknown) => ConnectorError,
  end: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (thrown) {
    throw fail(thrown);
  } finally {
    end();
  }
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
