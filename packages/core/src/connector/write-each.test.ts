import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../errors/connector-error.ts';
import { writeEach } from './write-each.ts';

const items = Array.from({ length: 20 }, (_, index) => ({ key: `k${index}` }));
const created = async ({ key }: { key: string }) => ({ status: 'created', key }) as const;
const error = (outcomeUnknown: boolean) =>
  new ConnectorError({
    code: 'ERR_NETWORK',
    category: 'transient',
    message: 'lost',
    outcomeUnknown,
  });

describe('writeEach', () => {
  it('answers in order, however long each record takes', async () => {
    const results = await writeEach(items, async (item, index) => {
      for (let turn = items.length; turn > index; turn -= 1) await Promise.resolve();
      return created(item);
    });
    expect(results).toEqual(items.map(({ key }) => ({ status: 'created', key })));
  });

  it('writes no more at a time than it may', async () => {
    let running = 0;
    let most = 0;
    await writeEach(
      items,
      async (item) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return created(item);
      },
      { concurrency: 3 },
    );
    expect(most).toBe(3);
  });

  it('turns the error of a record into its result and goes on', async () => {
    const results = await writeEach(items.slice(0, 4), async (item, index) => {
      if (index === 1) throw error(false);
      if (index === 2) throw error(true);
      return created(item);
    });
    expect(results.map(({ status }) => status)).toEqual([
      'created',
      'failed',
      'unknown',
      'created',
    ]);
    expect(results[2]).toMatchObject({ key: 'k2', error: { code: 'ERR_NETWORK' } });
  });

  it('gives a bug a code too', async () => {
    const [result] = await writeEach(items.slice(0, 1), async () => {
      throw new TypeError('x is not a function');
    });
    expect(result).toMatchObject({
      status: 'unknown',
      error: { code: 'ERR_INTERNAL', outcomeUnknown: true },
    });
  });

  it('rejects when it was aborted before the first record', async () => {
    const write = writeEach(items, created, { signal: AbortSignal.abort() });
    await expect(write).rejects.toMatchObject({ code: 'ERR_ABORTED', retryable: false });
  });

  it('begins no record after an abort', async () => {
    const abort = new AbortController();
    const begun: string[] = [];
    const results = await writeEach(
      items,
      async (item) => {
        begun.push(item.key);
        if (item.key === 'k4') abort.abort();
        return created(item);
      },
      { concurrency: 1, signal: abort.signal },
    );
    expect(begun).toEqual(['k0', 'k1', 'k2', 'k3', 'k4']);
    expect(results[5]).toMatchObject({ status: 'failed', error: { code: 'ERR_ABORTED' } });
    expect(results).toHaveLength(20);
  });
});
