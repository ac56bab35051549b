import type { Span, Tracer } from '@opentelemetry/api';
import type { ConnectorObserver } from '../observe/connector-observer.ts';
import {
  methodName,
  resultAttributes,
  spanAttributes,
  targetAttributes,
} from './http-attributes.ts';

/** The module, as far as it is used. */
export type OpenTelemetryApi = typeof import('@opentelemetry/api');

/** How spans are made. */
export interface SpanOptions {
  readonly api: OpenTelemetryApi;
  readonly tracer: Tracer;
  /** Whether the vendor gets the trace's headers. */
  readonly propagate: boolean;
  /** Whether spans say whose they are. */
  readonly tenant: boolean;
}

/** Makes a span of every operation, inside the caller's active one, and in it one of every request. */
export function operationSpans(
  options: SpanOptions,
): Required<Pick<ConnectorObserver, 'operation'>> {
  const { api, tracer, propagate } = options;
  const { INTERNAL, CLIENT } = api.SpanKind;
  const { ERROR } = api.SpanStatusCode;

  return {
    operation(start) {
      const parent = api.context.active();
      const span = tracer.startSpan(
        `connector ${start.operation ?? start.method}`,
        {
          kind: INTERNAL,
          attributes: {
            'connector.system': start.system,
            ...(start.operation === undefined ? {} : { 'connector.operation': start.operation }),
            ...(start.entity === undefined ? {} : { 'connector.entity': start.entity }),
            ...(options.tenant ? { 'connector.tenant': start.tenant } : {}),
          },
        },
        parent,
      );
      const within = api.trace.setSpan(parent, span);
      let attempt: Span | undefined;
      return {
        admitted: ({ waitMs }) => {
          span.setAttribute('connector.governor.wait', waitMs / 1000);
        },
        attemptStarted(started) {
          attempt = tracer.startSpan(
            methodName(started.method),
            {
              kind: CLIENT,
              attributes: { ...targetAttributes(started), ...spanAttributes(started) },
            },
            within,
          );
          if (!propagate) return undefined;
          const headers: Record<string, string> = {};
          api.propagation.inject(api.trace.setSpan(within, attempt), headers);
          return headers;
        },
        attemptEnded(result) {
          const attributes = resultAttributes(result);
          attempt?.setAttributes(attributes);
          if (attributes['error.type'] !== undefined) attempt?.setStatus({ code: ERROR });
          attempt?.end();
        },
        retry: ({ code, delayMs }) => {
          span.addEvent('retry', { 'error.type': code, 'connector.retry.delay': delayMs / 1000 });
        },
        ended(outcome) {
          if (!outcome.ok) {
            span.setAttributes({
              'error.type': outcome.code,
              'connector.error.category': outcome.category,
              ...(outcome.outcomeUnknown ? { 'connector.outcome_unknown': true } : {}),
            });
            span.setStatus({ code: ERROR });
          }
          span.end();
        },
      };
    },
  };
}
