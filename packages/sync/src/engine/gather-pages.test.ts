import type { RecordChange } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type MemoryConnectorOptions, memoryConnector } from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';
import { gatherPages } from './gather-pages.ts';
import type { SourcePage } from './source-pages.ts';

const change = { op: 'delete', key: 'k' } as const satisfies RecordChange;

async function* pagesOf(
  sizes: readonly number[],
  failAt = Number.POSITIVE_INFINITY,
): AsyncGenerator<SourcePage> {
  for (const [index, size] of sizes.entries()) {
    if (index === failAt) throw new Error('The source failed.');
    yield {
      changes: Array.from({ length: size }, () => change),
      failures: undefined,
      checkpoint: { index },
      total: 10 + index,
    };
  }
}

async function sizesOf(pages: AsyncIterable<SourcePage>): Promise<readonly (number | string)[]> {
  const sizes: (number | string)[] = [];
  try {
    for await (const { changes, checkpoint } of pages) {
      sizes.push(`${changes.length} to ${checkpoint.index}`);
    }
  } catch (error) {
    sizes.push((error as Error).message);
  }
  return sizes;
}

describe('short pages', () => {
  it.each([
    ['up to as many as wanted', [2, 2, 2, 2, 2], 6, ['6 to 2', '4 to 4']],
    ['with no more than wanted', [4, 4, 4], 6, ['4 to 0', '4 to 1', '4 to 2']],
    ['with empty ones', [0, 3, 0, 0, 3], 6, ['6 to 4']],
    ['but for long ones', [9, 9], 6, ['9 to 0', '9 to 1']],
    ['not without a wish', [0, 1, 1], undefined, ['0 to 0', '1 to 1', '1 to 2']],
    ['of no source', [], 6, []],
  ])('are put together %s', async (_what, sizes, most, expected) => {
    expect(await sizesOf(gatherPages(pagesOf(sizes), most))).toEqual(expected);
  });

  it('come before the failure of the source behind them', async () => {
    expect(await sizesOf(gatherPages(pagesOf([2, 2, 2], 2), 99))).toEqual([
      '4 to 1',
      'The source failed.',
    ]);
  });
});

describe('a target that is fast with many', () => {
  function setUp(options: { source?: MemoryConnectorOptions; bulkFrom?: number } = {}) {
    const source = memoryConnector({ id: 'a', pageSize: 3, ...options.source });
    const capabilities = { maxBatchSize: 10, idempotency: 'native', bulkFrom: 5 } as const;
    const target = memoryConnector({ id: 'b', capabilities: { ...capabilities, ...options } });
    const batches: number[] = [];
    const { write } = target.connector;
    const connector = {
      ...target.connector,
      write: (...input: Parameters<typeof write>) => {
        batches.push(input[1].length);
        return write(...input);
      },
    };
    const sync = createSync({
      ...{ id: 'flow', entity: 'item', source: source.connector, target: connector },
      ...{ store: memoryStore(), clock: fakeClock(), random: () => 0.5 },
    });
    for (let n = 0; n < 20; n += 1) source.put(`s${n}`, { name: `Item ${n}` });
    return { source, target, sync, batches };
  }

  it('gets several pages of the source at once', async () => {
    const { sync, batches, target } = setUp();
    expect(await sync.run()).toMatchObject({ inserted: 20, pages: 7 });
    expect(batches).toEqual([9, 9, 2]);
    expect(target.live().size).toBe(20);
  });

  it('gets each page by itself where steps of pages are asked for, or a queue is read', async () => {
    const steps = setUp();
    expect(await steps.sync.run({ maxPages: 1 })).toMatchObject({ inserted: 3, hasMore: true });
    const queue = setUp({ source: { capabilities: { changes: 'event' } } });
    await queue.sync.run();
    expect(new Set(queue.batches)).toEqual(new Set([3, 2]));
  });

  it('gets the last of several changes of a record', async () => {
    const { source, sync, target } = setUp();
    await sync.run();
    source.put('s1', { name: 'Changed' });
    for (let n = 2; n < 8; n += 1) source.put(`s${n}`, { name: `Again ${n}` });
    source.put('s1', { name: 'Changed twice' });
    expect(await sync.run()).toMatchObject({ updated: 7 });
    expect([...target.live().values()].map(({ name }) => name)).toContain('Changed twice');
  });
});
