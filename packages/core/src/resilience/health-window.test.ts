import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { createHealthWindow } from './health-window.ts';

const ok = { ok: true, latencyMs: 10 };
const failed = { ok: false, latencyMs: 10 };

describe('the figures of the last calls', () => {
  it('are zero when nothing is known', () => {
    expect(createHealthWindow(manualClock()).figures()).toEqual({
      requests: 0,
      errorRate: 0,
      latencyMs: 0,
      p95LatencyMs: 0,
    });
  });

  it('are the share of failures and the median latency', () => {
    const window = createHealthWindow(manualClock());
    for (const latencyMs of [5, 1000, 20]) window.record({ ok: true, latencyMs });
    window.record({ ok: false, latencyMs: 30 });
    expect(window.figures()).toMatchObject({ requests: 4, errorRate: 0.25, latencyMs: 30 });
  });

  it.each([
    [1, 1],
    [20, 19],
    [21, 20],
    [100, 95],
  ])('of %d calls of 1, 2, 3… ms have a 95th percentile of %d ms', (calls, p95LatencyMs) => {
    const window = createHealthWindow(manualClock());
    for (let latencyMs = calls; latencyMs > 0; latencyMs -= 1)
      window.record({ ok: true, latencyMs });
    expect(window.figures()).toMatchObject({ p95LatencyMs });
  });

  it('forget what is older than five minutes, and keep 256 calls at most', async () => {
    const clock = manualClock();
    const window = createHealthWindow(clock);
    for (let count = 0; count < 300; count += 1) window.record(failed);
    expect(window.figures().requests).toBe(256);
    await clock.advance(300_001);
    window.record(ok);
    expect(window.figures()).toMatchObject({ requests: 1, errorRate: 0 });
  });
});
