import { describe, expect, it } from 'vitest';
import type { AuthStrategy, CredentialExpiry } from '../auth/auth-strategy.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { createHttpClient } from '../http/create-http-client.ts';
import { scriptedTransport } from '../http/scripted-transport.fixture.ts';
import type { CircuitState } from './circuit-breaker.ts';
import { createGovernor } from './governor.ts';
import { createQuotaWindow } from './quota-window.ts';
import { reportHealth } from './report-health.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const days = 24 * 3_600_000;

function report(
  given: {
    readonly errorRate?: number;
    readonly breaker?: CircuitState;
    readonly expiry?: CredentialExpiry;
    readonly isRenewable?: boolean;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
) {
  const clock = manualClock(now);
  const quotas = createQuotaWindow(clock);
  if (given.headers) quotas.observe(given.headers);
  return reportHealth({
    figures: { requests: 100, errorRate: given.errorRate ?? 0, latencyMs: 10, p95LatencyMs: 20 },
    breaker: given.breaker ?? 'closed',
    governor: createGovernor({ clock }),
    quotas,
    expiry: given.expiry,
    isRenewable: given.isRenewable ?? true,
    nowMs: now,
  });
}

describe('the status of a connector', () => {
  it.each([
    [0, 'closed', 'healthy'],
    [0.049, 'closed', 'healthy'],
    [0.05, 'closed', 'degraded'],
    [0.499, 'closed', 'degraded'],
    [0.5, 'closed', 'unhealthy'],
    [0, 'half-open', 'degraded'],
    [0, 'open', 'unhealthy'],
  ] as const)(
    'with an error rate of %d and a circuit that is %s is %s',
    (errorRate, breaker, status) => {
      expect(report({ errorRate, breaker }).status).toBe(status);
    },
  );

  it.each<[string, CredentialExpiry, boolean, string]>([
    ['an access token that is renewed', { accessExpiresAt: now - 1 }, true, 'healthy'],
    ['one that ended and is not', { accessExpiresAt: now }, false, 'unhealthy'],
    ['one that ends today and is not', { accessExpiresAt: now + 1000 }, false, 'degraded'],
    ['a refresh token of two days', { refreshExpiresAt: now + 2 * days }, true, 'healthy'],
    ['one that ends today', { refreshExpiresAt: now + 1000 }, true, 'degraded'],
    [
      'one that ended while the access token lasts',
      { accessExpiresAt: now + 1000, refreshExpiresAt: now },
      true,
      'degraded',
    ],
    ['both ended', { accessExpiresAt: now - 1, refreshExpiresAt: now - 1 }, true, 'unhealthy'],
    ['a client certificate that ended', { refreshExpiresAt: now }, false, 'unhealthy'],
  ])('with %s is as it should be', (_what, expiry, isRenewable, status) => {
    expect(report({ expiry, isRenewable }).status).toBe(status);
  });

  it('is degraded when a limit is used up', () => {
    expect(report({ headers: { 'x-ratelimit-remaining': '0' } }).status).toBe('degraded');
  });
});

describe('the end of credentials', () => {
  it.each([
    [8 * days, 0],
    [7 * days - 1, 1],
    [-1, 1],
  ])('of a refresh token in %d ms gives %d forecasts', (inMs, count) => {
    const { forecasts, credentials } = report({ expiry: { refreshExpiresAt: now + inMs } });
    expect(forecasts).toHaveLength(count);
    expect(credentials).toEqual({ refreshExpiresAt: new Date(now + inMs).toISOString() });
  });

  it('is said in words, soonest first', () => {
    const expiry = { accessExpiresAt: now + 2 * days, refreshExpiresAt: now + 3 * days };
    expect(report({ expiry, isRenewable: false }).forecasts).toEqual([
      {
        what: 'access-token',
        at: '2026-11-22T12:00:00.000Z',
        rule: expect.stringContaining('cannot renew it'),
      },
      {
        what: 'refresh-token',
        at: '2026-11-23T12:00:00.000Z',
        rule: expect.stringContaining('A person has to renew it before.'),
      },
    ]);
  });
});

describe('the health of a client', () => {
  it('has everything that it knows', async () => {
    const clock = manualClock(now);
    const auth: AuthStrategy = {
      kind: 'test',
      authorize: async () => undefined,
      recover: async () => 'fail',
      expiry: (connection) =>
        connection === 'c-1' ? { accessExpiresAt: now + 3_600_000 } : undefined,
    };
    const headers = { 'sforce-limit-info': 'api-usage=24/15000', 'retry-after': '30' };
    const client = createHttpClient({
      ...{ system: 'test', baseUrl: 'https://erp.example.com', connection: 'c-1', auth, clock },
      transport: scriptedTransport([{ status: 503, headers }]),
      retry: { maxAttempts: 1 },
    });
    await expect(client.send({ method: 'GET', url: '/' })).rejects.toThrow();
    expect(client.health()).toEqual({
      status: 'unhealthy',
      requests: 1,
      errorRate: 1,
      latencyMs: 0,
      p95LatencyMs: 0,
      breaker: 'closed',
      credentials: { accessExpiresAt: '2026-11-20T13:00:00.000Z' },
      quota: [
        {
          source: 'sforce-limit-info api-usage',
          limit: 15_000,
          remaining: 14_976,
          at: '2026-11-20T12:00:00.000Z',
        },
      ],
      governor: { running: 0, waiting: 0, pausedUntil: '2026-11-20T12:00:30.000Z' },
      forecasts: [],
    });
  });
});
