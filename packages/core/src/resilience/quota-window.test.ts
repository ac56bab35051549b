import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { createQuotaWindow } from './quota-window.ts';

const start = Date.parse('2026-11-20T12:00:00Z');

function setUp() {
  const clock = manualClock(start);
  const window = createQuotaWindow(clock);
  const salesforce = (used: number, limit = 15_000) =>
    window.observe({ 'sforce-limit-info': `api-usage=${used}/${limit}` });
  const common = (remaining: number, resetInS: number) =>
    window.observe({
      'x-ratelimit-limit': '1000',
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': String(resetInS),
    });
  return { clock, window, salesforce, common };
}

describe('what is left of a limit', () => {
  it('is what the vendor told last, with the time', async () => {
    const { clock, window, salesforce, common } = setUp();
    salesforce(24);
    await clock.advance(1000);
    salesforce(25);
    common(990, 60);
    expect(window.levels()).toEqual([
      {
        source: 'sforce-limit-info api-usage',
        limit: 15_000,
        remaining: 14_975,
        at: '2026-11-20T12:00:01.000Z',
      },
      {
        source: 'x-ratelimit',
        limit: 1000,
        remaining: 990,
        resetsAt: '2026-11-20T12:01:01.000Z',
        at: '2026-11-20T12:00:01.000Z',
      },
    ]);
  });

  it('is not known any more when it has been renewed since', async () => {
    const { clock, window, common } = setUp();
    common(3, 60);
    await clock.advance(60_000);
    expect(window.levels()).toEqual([]);
    expect(window.forecasts()).toEqual([]);
  });

  it('is kept of 16 limits, however many a server names', () => {
    const { window } = setUp();
    for (let index = 0; index < 50; index += 1) window.observe({ ratelimit: `"p${index}";r=1` });
    expect(window.levels()).toHaveLength(16);
  });
});

describe('the trend of a limit', () => {
  it('foretells when it will be used up, and says from what', async () => {
    const { clock, window, salesforce } = setUp();
    for (let count = 0; count <= 6; count += 1) {
      salesforce(10_000 + count * 100);
      if (count < 6) await clock.advance(10_000);
    }
    // 4400 are left; 100 go every 10 s, so for 440 s.
    expect(window.forecasts()).toEqual([
      {
        what: 'quota',
        at: '2026-11-20T12:08:20.000Z',
        rule: 'sforce-limit-info api-usage fell by 600 a minute in the last 60 s; at this pace the 4400 that are left are used up before they are renewed. Slow down, or ask the vendor for more.',
      },
    ]);
  });

  it.each([
    ['meets zero before the renewal', 310, 1],
    ['meets zero after it', 290, 0],
  ])('that %s of %d s gives so many forecasts: %d', async (_when, resetInS, count) => {
    const { clock, window, common } = setUp();
    for (let second = 0; second <= 60; second += 10) {
      common(300 - second, resetInS - second);
      if (second < 60) await clock.advance(10_000);
    }
    // 240 are left; one goes every second.
    expect(window.forecasts()).toHaveLength(count);
  });

  it.each([
    ['four samples', [0, 10, 20, 30], (step: number) => step * 100],
    ['29 seconds', [0, 7, 14, 21, 29], (step: number) => step * 100],
    ['a level', [0, 10, 20, 30, 40], () => 100],
    ['a rise', [0, 10, 20, 30, 40], (step: number) => 1000 - step * 10],
    ['more than a day to go', [0, 10, 20, 30, 40], (step: number) => step],
  ])('of %s foretells nothing', async (_what, seconds, used) => {
    const { clock, window, salesforce } = setUp();
    let now = 0;
    for (const [step, second] of seconds.entries()) {
      await clock.advance((second - now) * 1000);
      now = second;
      salesforce(used(step), 100_000);
    }
    expect(window.forecasts()).toEqual([]);
  });

  it('begins anew with each renewal', async () => {
    const { clock, window, common } = setUp();
    for (const remaining of [1000, 999, 1000, 999, 800]) {
      common(remaining, 60);
      await clock.advance(10_000);
    }
    for (const remaining of [1000, 900, 800, 700, 600]) {
      expect(window.forecasts()).toEqual([]);
      common(remaining, 3600);
      await clock.advance(10_000);
    }
    // The last answer came 10 s ago; 600 go in a minute.
    expect(window.forecasts()).toMatchObject([
      { at: new Date(clock.now() + 50_000).toISOString() },
    ]);
  });

  it.each([
    ['level', '0', 1],
    ['fall', '100', 5],
  ])(
    'is forgotten with the last %s that was told, after five minutes',
    async (_what, left, count) => {
      const { clock, window } = setUp();
      for (let more = (count - 1) * 10; more >= 0; more -= 10) {
        window.observe({ 'x-ratelimit-remaining': String(Number(left) + more) });
        if (more > 0) await clock.advance(10_000);
      }
      expect(window.forecasts()).toHaveLength(1);
      await clock.advance(300_000);
      expect(window.forecasts()).toEqual([]);
    },
  );

  it('of a limit that is used up is foretold for now', () => {
    const { window, salesforce } = setUp();
    salesforce(15_001);
    expect(window.forecasts()).toMatchObject([{ what: 'quota', at: '2026-11-20T12:00:00.000Z' }]);
  });

  it('is found by a straight line, however far the samples lie apart', async () => {
    const samples = fc.array(fc.integer({ min: 2500, max: 20_000 }), {
      minLength: 5,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(samples, fc.integer({ min: 2, max: 20 }), async (gapsMs, perSecond) => {
        const { clock, window } = setUp();
        const usedUpMs = 500_000;
        let passedMs = 0;
        for (const gapMs of gapsMs) {
          const remaining = ((usedUpMs - passedMs) / 1000) * perSecond;
          window.observe({ 'x-ratelimit-remaining': remaining.toFixed(6) });
          await clock.advance(gapMs);
          passedMs += gapMs;
        }
        const spanMs = passedMs - gapsMs.at(-1)!;
        const [forecast] = window.forecasts();
        const at = forecast && Date.parse(forecast.at);
        expect(at).toEqual(spanMs < 30_000 ? undefined : expect.closeTo(start + usedUpMs, -2));
      }),
      { numRuns: 50 },
    );
  });
});
