import { describe, expect, it } from 'vitest';
import { manualClock } from './manual-clock.ts';

describe('a manual clock', () => {
  it('stands still until it is moved', async () => {
    const clock = manualClock(1000);
    let awake = false;
    const sleep = clock.sleep(50).then(() => {
      awake = true;
    });
    await clock.advance(49);
    expect([clock.now(), awake]).toEqual([1049, false]);
    await clock.advance(1);
    await sleep;
    expect([clock.now(), awake, clock.sleeping]).toEqual([1050, true, 0]);
  });

  it('wakes sleepers in order, each at its own time, those that begin meanwhile too', async () => {
    const clock = manualClock(0);
    const woken: number[] = [];
    const nap = async (milliseconds: number): Promise<void> => {
      await clock.sleep(milliseconds);
      woken.push(clock.now());
    };
    void nap(30);
    void nap(10).then(() => nap(5));
    await clock.advance(100);
    expect(woken).toEqual([10, 15, 30]);
  });

  it('ends an aborted sleep with its reason', async () => {
    const clock = manualClock();
    const controller = new AbortController();
    const sleep = clock.sleep(10, controller.signal);
    controller.abort(new Error('left'));
    await expect(sleep).rejects.toThrow('left');
    await expect(clock.sleep(10, controller.signal)).rejects.toThrow('left');
    expect(clock.sleeping).toBe(0);
  });

  it('runs until work is done, and tells when work hangs', async () => {
    const clock = manualClock(0);
    const work = async (): Promise<number> => {
      await clock.sleep(3_600_000);
      await clock.sleep(1);
      return clock.now();
    };
    expect(await clock.runUntil(work())).toBe(3_600_001);
    await expect(clock.runUntil(new Promise(() => undefined))).rejects.toThrow('hangs');
  });
});
