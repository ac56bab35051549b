import { describe, expect, it } from 'vitest';
import { createSandboxClock } from './sandbox-clock.ts';

describe('sandbox clock', () => {
  it('stands still until it is moved, but for the stamps of writes', () => {
    const clock = createSandboxClock();
    expect(clock.iso()).toBe('2026-01-05T08:00:00.000Z');
    clock.advance(1_500);
    expect(clock.iso()).toBe('2026-01-05T08:00:01.500Z');
    expect(clock.stampWrite()).toBe(Date.parse('2026-01-05T08:00:01.501Z'));
    clock.set('2025-12-31T23:59:59Z');
    expect(clock.iso()).toBe('2025-12-31T23:59:59.000Z');
  });

  it('stamps writes with the same time when told to', () => {
    const clock = createSandboxClock({ advancePerWriteMs: 0 });
    expect(clock.stampWrite()).toBe(clock.stampWrite());
  });

  it('ticks with real time when asked to', async () => {
    const clock = createSandboxClock({ mode: 'ticking', startAt: 0 });
    await expect.poll(() => clock.now()).toBeGreaterThan(1);
    clock.advance(-1_000_000);
    expect(clock.now()).toBeLessThan(0);
  });

  it('refuses what is no instant', () => {
    expect(() => createSandboxClock().set('noon')).toThrow(
      '"noon" is not an instant; use ISO 8601 or milliseconds',
    );
  });
});
