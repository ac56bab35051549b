import { AsyncLocalStorage } from 'node:async_hooks';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  type Attributes,
  type Context,
  type ContextManager,
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { basic } from '../auth/basic.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { observedClient } from '../observe/observer.fixture.ts';
import { openTelemetry } from './open-telemetry.ts';

async function setUp(options: { readonly propagate?: boolean; readonly tenant?: boolean } = {}) {
  const spans = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(spans)],
  });
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const observer = await openTelemetry({ tracerProvider, meterProvider, ...options });

  /** Name to points: attributes and the value, or the number of values and their sum. */
  const metrics = async () => {
    const { resourceMetrics } = await reader.collect();
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return Object.fromEntries(
      all.map((metric) => [
        metric.descriptor.name,
        metric.dataPointType === DataPointType.HISTOGRAM
          ? metric.dataPoints.map(({ attributes, value: { count, sum, buckets } }) => ({
              ...{ attributes, count, sum, boundaries: buckets.boundaries },
            }))
          : metric.dataPoints.map(({ attributes, value }) => ({ attributes, value })),
      ]),
    );
  };
  return { observer, metrics, tracerProvider, spans: () => spans.getFinishedSpans() };
}

const request: HttpRequest = {
  ...{ method: 'GET', url: '/orders?$filter=query-canary&sig=1' },
  ...{ operation: 'listOrders', entity: 'purchaseOrder', key: 'key-canary' },
};
const auth = basic({ username: 'user-canary', password: 'password-canary' });

/** A call that gets one 503 and then its answer. */
async function callWithRetry(options: Parameters<typeof setUp>[0] = {}) {
  const telemetry = await setUp(options);
  const tenant = 'tenant-canary';
  const script = [{ status: 503, body: 'body-canary' }, { status: 200 }];
  const { client, clock, transport } = observedClient(script, {
    ...{ observer: telemetry.observer, auth, tenant, connection: 'connection-canary' },
    headers: { 'x-own': 'header-canary' },
  });
  await clock.runUntil(client.send(request));
  return { ...telemetry, client, transport };
}

const target: Attributes = {
  'http.request.method': 'GET',
  'server.address': 'erp.example.com',
  'server.port': 443,
};
const parentOf = (span: ReadableSpan | undefined) => span?.parentSpanContext?.spanId;
const idOf = (span: ReadableSpan | undefined) => span?.spanContext().spanId;

describe('the spans of a call with a retry', () => {
  it('are one of the operation and in it one of each request', async () => {
    const { spans } = await callWithRetry();
    const [first, second, operation, ...others] = spans();
    expect(others).toEqual([]);
    expect([first, second, operation].map((span) => [span?.name, span?.kind])).toEqual([
      ['GET', SpanKind.CLIENT],
      ['GET', SpanKind.CLIENT],
      ['connector listOrders', SpanKind.INTERNAL],
    ]);
    expect(parentOf(operation)).toBeUndefined();
    expect([first, second].map(parentOf)).toEqual([idOf(operation), idOf(operation)]);
    expect([first, second, operation].map((span) => span?.status.code)).toEqual([
      ...[SpanStatusCode.ERROR, SpanStatusCode.UNSET, SpanStatusCode.UNSET],
    ]);
  });

  it('have exactly the attributes that are meant, and no secret', async () => {
    const { spans, metrics } = await callWithRetry();
    const [first, second, operation] = spans();
    const url = { 'url.full': 'https://erp.example.com/api/orders' };
    expect(first?.attributes).toEqual({
      ...{ ...target, ...url, 'http.response.status_code': 503, 'error.type': '503' },
    });
    expect(second?.attributes).toEqual({
      ...{ ...target, ...url, 'http.response.status_code': 200, 'http.request.resend_count': 1 },
    });
    expect(operation?.attributes).toEqual({
      'connector.system': 'test',
      'connector.operation': 'listOrders',
      'connector.entity': 'purchaseOrder',
      'connector.governor.wait': 0,
    });
    expect(operation?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['retry', { 'error.type': 'ERR_TRANSIENT', 'connector.retry.delay': 0.25 }],
    ]);
    const told = JSON.stringify([
      spans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
      await metrics(),
    ]);
    expect(told).not.toContain('canary');
  });

  it('lie in the span of the caller, of whichever asynchronous context', async () => {
    context.setGlobalContextManager(asyncContextManager());
    const { tracerProvider, observer, spans } = await setUp();
    const { client } = observedClient([{ status: 200 }], { observer });
    const caller = tracerProvider.getTracer('app').startSpan('sync');
    await context.with(trace.setSpan(ROOT_CONTEXT, caller), async () => {
      await Promise.resolve();
      await client.send(request);
    });
    const operation = spans().find(({ name }) => name === 'connector listOrders');
    expect(parentOf(operation)).toBe(caller.spanContext().spanId);
  });

  it('name the tenant when they are asked to', async () => {
    const { spans } = await callWithRetry({ tenant: true });
    expect(spans().map(({ attributes }) => attributes['connector.tenant'])).toEqual([
      ...[undefined, undefined, 'tenant-canary'],
    ]);
  });
});

describe('the headers of the trace', () => {
  const traceparent: TextMapPropagator = {
    fields: () => ['traceparent'],
    extract: (given) => given,
    inject(given, carrier, setter) {
      const { traceId, spanId } = trace.getSpanContext(given)!;
      setter.set(carrier, 'traceparent', `00-${traceId}-${spanId}-01`);
    },
  };

  it('stay at home', async () => {
    propagation.setGlobalPropagator(traceparent);
    const { transport } = await callWithRetry();
    expect(transport.requests[0]?.headers).not.toHaveProperty('traceparent');
  });

  it('go to the vendor when they are asked to, with the span of the request', async () => {
    propagation.setGlobalPropagator(traceparent);
    const { transport, spans } = await callWithRetry({ propagate: true });
    const expected = spans()
      .slice(0, 2)
      .map((span) => `00-${span.spanContext().traceId}-${idOf(span)}-01`);
    expect(transport.requests.map(({ headers }) => headers.traceparent)).toEqual(expected);
  });
});

describe('the span of a request', () => {
  const spanOf = async (
    answer: Parameters<typeof observedClient>[0],
    change: Partial<HttpRequest> = {},
  ) => {
    const { observer, spans } = await setUp();
    const { client } = observedClient(answer, { observer, retry: { maxAttempts: 1 } });
    await client.send({ ...request, ...change }).catch(() => undefined);
    const [attempt, operation] = spans();
    return { attempt, operation };
  };

  it('that got no answer has the reason', async () => {
    const { attempt, operation } = await spanOf([{ error: { code: 'ECONNRESET' } }], {
      method: 'POST',
    });
    expect(attempt?.attributes).toEqual({
      ...{ ...target, 'http.request.method': 'POST', 'error.type': 'ERR_NETWORK' },
      'url.full': 'https://erp.example.com/api/orders',
    });
    expect(operation?.attributes).toMatchObject({
      'error.type': 'ERR_NETWORK',
      'connector.error.category': 'transient',
      'connector.outcome_unknown': true,
    });
    expect(operation?.status).toEqual({ code: SpanStatusCode.ERROR });
  });

  it.each([
    [404, undefined, '404', SpanStatusCode.ERROR],
    [404, [404], undefined, SpanStatusCode.UNSET],
  ])('with %d, where %j is accepted, has the error %s', async (status, accept, type, code) => {
    const { attempt } = await spanOf([{ status }], { acceptStatus: accept });
    expect(attempt?.attributes['error.type']).toBe(type);
    expect(attempt?.attributes['http.response.status_code']).toBe(404);
    expect(attempt?.status.code).toBe(code);
  });

  it('by a method that the conventions do not know says so', async () => {
    const { attempt } = await spanOf([{ status: 200 }], { method: 'MERGE' });
    expect(attempt?.name).toBe('HTTP');
    expect(attempt?.attributes).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'MERGE',
    });
  });
});

describe('the metrics', () => {
  it('are requests by their outcome, the whole operation, its wait and its retries', async () => {
    const { metrics } = await callWithRetry();
    const all = await metrics();
    const boundaries = [
      ...[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    ];
    expect(all['http.client.request.duration']).toEqual([
      {
        attributes: { ...target, 'http.response.status_code': 503, 'error.type': '503' },
        ...{ count: 1, sum: 0, boundaries },
      },
      {
        attributes: { ...target, 'http.response.status_code': 200 },
        ...{ count: 1, sum: 0, boundaries },
      },
    ]);
    const system = { 'connector.system': 'test' };
    expect(all['connector.operation.duration']).toMatchObject([
      {
        attributes: {
          ...{ ...system, 'connector.operation': 'listOrders' },
          'connector.entity': 'purchaseOrder',
        },
        ...{ count: 1, sum: 0.25 },
      },
    ]);
    expect(all['connector.governor.wait']).toMatchObject([
      { attributes: system, count: 1, sum: 0 },
    ]);
    expect(all['connector.retries']).toEqual([
      { attributes: { ...system, 'error.type': 'ERR_TRANSIENT' }, value: 1 },
    ]);
  });

  it('are the circuits that are open now, and what happened', async () => {
    const { observer, metrics } = await setUp();
    let status = 500;
    const { client, clock } = observedClient(() => ({ status }), {
      ...{ observer, retry: { maxAttempts: 1 } },
    });
    const send = () => client.send(request).catch(() => undefined);
    const circuits = async () =>
      Object.fromEntries(
        ((await metrics())['connector.circuits'] ?? []).map((point) => [
          point.attributes['connector.circuit.state'],
          'value' in point && point.value,
        ]),
      );
    for (let count = 0; count < 10; count += 1) await clock.runUntil(send());
    expect(await circuits()).toEqual({ open: 1 });
    await clock.advance(10_000);
    await clock.runUntil(send());
    expect(await circuits()).toEqual({ open: 1, 'half-open': 0 });
    status = 200;
    await clock.advance(10_000);
    await clock.runUntil(send());
    expect(await circuits()).toEqual({ open: 0, 'half-open': 0 });
    const events = (await metrics())['connector.lifecycle.events'];
    expect(events).toEqual(
      [
        ['breaker-opened', 2],
        ['breaker-half-opened', 2],
        ['breaker-closed', 1],
        ['connected', 1],
      ].map(([event, value]) => ({
        attributes: { 'connector.system': 'test', 'connector.event': event },
        value,
      })),
    );
  });

  it('are the records that were read and written', async () => {
    const { observer, metrics } = await setUp();
    const about = { system: 'test', entity: 'product' };
    observer.records?.({ ...about, direction: 'read', succeeded: 200, failed: 1 });
    observer.records?.({ ...about, direction: 'read', succeeded: 100, failed: 0 });
    const attributes = {
      'connector.system': 'test',
      'connector.entity': 'product',
      'connector.direction': 'read',
    };
    expect((await metrics())['connector.records']).toEqual([
      { attributes: { ...attributes, 'connector.outcome': 'succeeded' }, value: 300 },
      { attributes: { ...attributes, 'connector.outcome': 'failed' }, value: 1 },
    ]);
  });
});

describe('without @opentelemetry/api', () => {
  it('nothing is heard, nothing is thrown, and one line says so', async () => {
    const script = `
      import { registerHooks } from 'node:module';
      registerHooks({
        resolve(specifier, context, next) {
          if (specifier.startsWith('@opentelemetry/')) {
            throw Object.assign(new Error('none'), { code: 'ERR_MODULE_NOT_FOUND' });
          }
          return next(specifier, context);
        },
      });
      const { openTelemetry } = await import(process.argv[1]);
      const lines = [];
      const observer = await openTelemetry({ logger: { debug: (line) => lines.push(line) } });
      console.log(JSON.stringify({ heard: Object.keys(observer), lines }));
    `;
    const module = fileURLToPath(new URL('./open-telemetry.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...['--no-warnings', '--input-type=module', '--eval', script, module],
    ]);
    expect(JSON.parse(stdout)).toEqual({
      heard: [],
      lines: ['No telemetry: @opentelemetry/api is not installed.'],
    });
  });
});

afterEach(() => {
  context.disable();
  propagation.disable();
});

function asyncContextManager(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (given, work, self, ...rest) => storage.run(given, () => work.call(self!, ...rest)),
    bind: (_given, work) => work,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}
