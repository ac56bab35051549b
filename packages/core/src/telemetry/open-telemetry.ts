import type { Meter, Tracer } from '@opentelemetry/api';
import packageManifest from '../../package.json' with { type: 'json' };
import type { Logger } from '../contract/logger.ts';
import { combineObservers } from '../observe/combine-observers.ts';
import type { ConnectorObserver } from '../observe/connector-observer.ts';
import { connectorMetrics } from './connector-metrics.ts';
import { type OpenTelemetryApi, operationSpans } from './operation-spans.ts';

// Providers are told by their form: apps without `@opentelemetry/api` have to compile too.

/** What telemetry is made of. */
export interface OpenTelemetryOptions {
  /** A `TracerProvider`. @default the one that is registered */
  readonly tracerProvider?: { getTracer(name: string, version?: string): object } | undefined;
  /** A `MeterProvider`. @default the one that is registered; register it first */
  readonly meterProvider?: { getMeter(name: string, version?: string): object } | undefined;
  /**
   * Sends the trace's headers (`traceparent`, …) to the vendor.
   * @default false: nobody outside learns our trace ids
   */
  readonly propagate?: boolean | undefined;
  /**
   * Puts the vendor tenant on the spans of operations, as `connector.tenant`. Never on metrics.
   * @default false
   */
  readonly tenant?: boolean | undefined;
  /** Hears at debug level that there is no `@opentelemetry/api`. @default silent */
  readonly logger?: Pick<Logger, 'debug'> | undefined;
}

/**
 * Makes spans and metrics of what connectors do. Needs `@opentelemetry/api`; where it is not
 * installed the observer hears nothing, and nothing is thrown.
 *
 * Spans: one for each operation (`connector <operation>`, inside the caller's active span), in it one
 * for each HTTP request by the semantic conventions for HTTP clients. `url.full` is origin and path:
 * no query leaves the process.
 *
 * Metrics: `http.client.request.duration`, `connector.operation.duration`, `connector.governor.wait`
 * (seconds), `connector.retries`, `connector.records` (with `observeConnector`; its rate is records
 * per second), `connector.lifecycle.events` (throttled, refreshed, …), `connector.circuits` (open and
 * half open at the moment).
 *
 * @example
 * ```ts
 * const observer = await openTelemetry();
 * const erp = observeConnector(sap({ baseUrl, auth, observer }), observer);
 * ```
 */
export async function openTelemetry(
  options: OpenTelemetryOptions = {},
): Promise<ConnectorObserver> {
  let api: OpenTelemetryApi;
  try {
    api = await import('@opentelemetry/api');
  } catch {
    options.logger?.debug('No telemetry: @opentelemetry/api is not installed.');
    return {};
  }
  const { name, version } = packageManifest;
  const tracer = (options.tracerProvider ?? api.trace).getTracer(name, version) as Tracer;
  const meter = (options.meterProvider ?? api.metrics).getMeter(name, version) as Meter;
  const { propagate = false, tenant = false } = options;
  return combineObservers(
    operationSpans({ api, tracer, propagate, tenant }),
    connectorMetrics(meter),
  );
}
