import { describe, expect, it } from 'vitest';
import { abortable } from './abortable.ts';
import { startTimer } from './start-timer.ts';
import { systemClock } from './system-clock.ts';

describe('the system clock', () => {
  it('sleeps and wakes', async () => {
    const before = systemClock.now();
    await systemClock.sleep(5);
    expect(systemClock.now() - before).toBeGreaterThanOrEqual(4);
  });

  it('does not take a sleep of a month for none', async () => {
    const controller = new AbortController();
    const sleep = systemClock.sleep(31 * 86_400_000, controller.signal);
    const first = await Promise.race([
      sleep.then(() => 'woke'),
      systemClock.sleep(5).then(() => 'slept on'),
    ]);
    expect(first).toBe('slept on');
    controller.abort(new Error('left'));
    await expect(sleep).rejects.toThrow('left');
  });

  it('does not begin a sleep that is aborted already', async () => {
    await expect(systemClock.sleep(60_000, AbortSignal.abort(new Error('left')))).rejects.toThrow(
      'left',
    );
  });
});

describe('a timer', () => {
  it('rings once, or never when it is stopped', async () => {
    const rung: string[] = [];
    startTimer(systemClock, 1, () => rung.push('rung'));
    const stop = startTimer(systemClock, 1, () => rung.push('stopped'));
    stop();
    await systemClock.sleep(10);
    expect(rung).toEqual(['rung']);
  });
});

describe('abortable', () => {
  it('answers as the work does', async () => {
    const { signal } = new AbortController();
    await expect(abortable(Promise.resolve(1), signal)).resolves.toBe(1);
    await expect(abortable(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  });

  it('stops waiting, before and during the work', async () => {
    const never = new Promise<never>(() => undefined);
    const controller = new AbortController();
    const waiting = abortable(never, controller.signal);
    controller.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    await expect(abortable(never, controller.signal)).rejects.toThrow('left');
  });
});
