import { describe, expect, it } from 'vitest';
import { prefetch } from './prefetch.ts';

function numbers(log: string[], failAt = Number.POSITIVE_INFINITY): AsyncIterable<number> {
  return (async function* () {
    try {
      for (let number = 1; number <= 4; number += 1) {
        log.push(`read ${number}`);
        if (number === failAt) throw new Error('The source failed.');
        yield number;
      }
    } finally {
      log.push('closed');
    }
  })();
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('reading ahead', () => {
  it('is one item ahead of the work, never more', async () => {
    const log: string[] = [];
    for await (const number of prefetch(numbers(log))) {
      await turn();
      log.push(`work ${number}`);
    }
    expect(log.join(', ')).toBe(
      'read 1, read 2, work 1, read 3, work 2, read 4, work 3, closed, work 4',
    );
  });

  it('fails when its turn comes, after the work that was read before', async () => {
    const log: string[] = [];
    const work = async () => {
      for await (const number of prefetch(numbers(log, 3))) {
        await turn();
        log.push(`work ${number}`);
      }
    };
    await expect(work()).rejects.toThrow('The source failed.');
    expect(log.filter((line) => line.startsWith('work'))).toEqual(['work 1', 'work 2']);
  });

  it('closes the source when the work fails', async () => {
    const log: string[] = [];
    const work = async () => {
      for await (const _ of prefetch(numbers(log))) throw new Error('The work failed.');
    };
    await expect(work()).rejects.toThrow('The work failed.');
    expect(log.at(-1)).toBe('closed');
  });
});
