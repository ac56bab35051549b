import { setTimeout } from 'node:timers/promises';
import type { ManualClock } from '@common/connector-core';

/** Lets simulated time go on, step by step, while a database answers in real time. */
export async function advanceUntil<Result>(
  work: Promise<Result>,
  { clock, stepMs }: { readonly clock: ManualClock; readonly stepMs: number },
): Promise<Result> {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  work.then(done, done);
  for (let steps = 0; !isDone; steps += 1) {
    if (steps > 5_000) throw new Error('The work does not end.');
    await clock.advance(stepMs);
    await setTimeout(1);
  }
  return work;
}
