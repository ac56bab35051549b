import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { createHealthWindow } from './health-window.ts';

const ok = { ok: true, latencyMs: 10 };
const failed = { ok: false, latencyMs: 10 };

describe('health', () => {
  it('is good when nothing is known', () => {
    expect(createHealthWindow(manualClock()).report('closed')).toEqual({
      status: 'healthy',
      requests: 0,
      errorRate: 0,
      latencyMs: 0,
      breaker: 'closed',
    });
  });

  it('tells the share of failures and the median latency', () => {
    const window = createHealthWindow(manualClock());
    for (const latencyMs of [5, 1000, 20]) window.record({ ok: true, latencyMs });
    window.record({ ok: false, latencyMs: 30 });
    expect(window.report('closed')).toMatchObject({ requests: 4, errorRate: 0.25, latencyMs: 30 });
  });

  it.each([
    [100, 4, 'closed', 'healthy'],
    [95, 5, 'closed', 'degraded'],
    [1, 1, 'closed', 'unhealthy'],
    [100, 0, 'half-open', 'degraded'],
    [100, 0, 'open', 'unhealthy'],
  ] as const)(
    'of %d good and %d bad calls and a circuit that is %s is %s',
    (good, bad, breaker, status) => {
      const window = createHealthWindow(manualClock());
      for (let count = 0; count < good; count += 1) window.record(ok);
      for (let count = 0; count < bad; count += 1) window.record(failed);
      expect(window.report(breaker).status).toBe(status);
    },
  );

  it('forgets what is older than five minutes, and keeps 256 calls at most', async () => {
    const clock = manualClock();
    const window = createHealthWindow(clock);
    for (let count = 0; count < 300; count += 1) window.record(failed);
    expect(window.report('closed').requests).toBe(256);
    await clock.advance(300_001);
    window.record(ok);
    expect(window.report('closed')).toMatchObject({ requests: 1, errorRate: 0, status: 'healthy' });
  });
});
