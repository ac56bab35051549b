import { describe, expect, it } from 'vitest';
import { createHastyClock } from './hasty-clock.ts';

describe('hasty clock', () => {
  it('lets a back-off pass at once, takes the time along and remembers it', async () => {
    const clock = createHastyClock();
    const before = clock.now();
    await clock.sleep(5_000);
    expect(clock.now() - before).toBeGreaterThanOrEqual(5_000);
    expect(clock.waits).toEqual([5_000]);
  });

  it('does not add up waits that run side by side', async () => {
    const clock = createHastyClock();
    const before = clock.now();
    await Promise.all([clock.sleep(5_000), clock.sleep(5_000)]);
    expect(clock.now() - before).toBeLessThan(9_000);
  });

  it('keeps a time limit real', async () => {
    const clock = createHastyClock();
    const controller = new AbortController();
    const limit = clock.sleep(30_000, controller.signal).then(
      () => 'over',
      () => 'aborted',
    );
    await clock.sleep(1_000);
    expect(clock.waits).toEqual([1_000]);
    controller.abort();
    expect(await limit).toBe('aborted');
  });

  it('lets the shortest time limit pass when it is told to', async () => {
    const clock = createHastyClock();
    const before = clock.now();
    const over: string[] = [];
    void clock.sleep(120_000).then(() => over.push('deadline'));
    const attempt = clock.sleep(30_000).then(() => over.push('attempt'));
    clock.passNextLimit();
    await attempt;
    expect(over).toEqual(['attempt']);
    expect(clock.now() - before).toBeGreaterThanOrEqual(30_000);
    clock.passNextLimit();
    clock.passNextLimit();
  });

  it('holds every back-off until it is aborted when frozen', async () => {
    const clock = createHastyClock({ frozen: true });
    const controller = new AbortController();
    const begun = clock.nextWait();
    const wait = clock.sleep(100, controller.signal);
    await begun;
    controller.abort(new Error('enough'));
    await expect(wait).rejects.toThrow('enough');
  });
});
