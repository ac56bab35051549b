import { ConnectorError } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import {
  type Item,
  type MemoryConnectorOptions,
  memoryConnector,
  type WriteFault,
} from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';
import type { SyncOptions } from './sync-options.ts';

function setUp(target: MemoryConnectorOptions, options: Partial<SyncOptions> = {}) {
  const source = memoryConnector({ id: 'a', pageSize: 100 });
  const targetSystem = memoryConnector({ id: 'b', ...target });
  const clock = fakeClock();
  const store = memoryStore();
  const sync = createSync({
    id: 'flow',
    source: source.connector,
    target: targetSystem.connector,
    entity: 'item',
    store,
    clock,
    random: () => 0.5,
    ...options,
  });
  const fill = (count: number) => {
    for (let number = 1; number <= count; number += 1)
      source.put(`s${number}`, { name: `${number}` });
  };
  return { source, target: targetSystem, sync, clock, store, fill };
}

/** A repeatable choice of faults: about `share` of all writes. */
function someTimes(fault: WriteFault, share: number): () => WriteFault | undefined {
  let state = 42;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648 < share ? fault : undefined;
  };
}

describe('answers that are lost after the write', () => {
  it.each(['native', 'external-reference'] as const)(
    '10,000 creates with one of five lost are 10,000 records: %s',
    async (idempotency) => {
      const { target, sync, fill } = setUp({
        capabilities: { idempotency, maxBatchSize: 100 },
        fault: someTimes('lost', 0.2),
      });
      fill(10_000);
      expect(await sync.run()).toMatchObject({ inserted: 10_000, failed: 0 });
      expect(target.live().size).toBe(10_000);
      expect(new Set([...target.live().values()].map(({ name }) => name)).size).toBe(10_000);
    },
    60_000,
  );

  it('are as harmless when the connector throws', async () => {
    let writes = 0;
    const { target, sync, fill } = setUp({
      isThrowing: true,
      fault: () => {
        writes += 1;
        return writes % 5 === 0 ? 'lost' : undefined;
      },
    });
    fill(40);
    expect(await sync.run()).toMatchObject({ inserted: 40, failed: 0 });
    expect(target.live().size).toBe(40);
  });

  it('of updates are repeated', async () => {
    let fault: WriteFault | undefined;
    const { source, target, sync, fill } = setUp({
      fault: () => {
        const now = fault;
        fault = undefined;
        return now;
      },
    });
    fill(1);
    await sync.run();
    fault = 'lost';
    source.put('s1', { name: 'changed' });
    expect(await sync.run()).toMatchObject({ updated: 1, retried: 1 });
    expect(target.live().get('b-1')?.name).toBe('changed');
  });
});

describe('writes that fail for a reason that passes', () => {
  it('are sent again after growing waits', async () => {
    let left = 2;
    const { target, sync, fill, clock } = setUp({
      fault: () => {
        left -= 1;
        return left >= 0 ? 'busy' : undefined;
      },
    });
    fill(1);
    const before = clock.now();
    expect(await sync.run()).toMatchObject({ inserted: 1, retried: 2 });
    expect(target.live().size).toBe(1);
    // 250 and 500 ms, times 0.75.
    expect(clock.now() - before).toBe(188 + 375);
  });

  it('wait as long as the target asks', async () => {
    const { target, sync, fill, clock } = setUp({});
    const { connector } = target;
    const { write } = connector;
    let isFirst = true;
    connector.write = async (...call: Parameters<typeof write>) => {
      if (!isFirst) return write(...call);
      isFirst = false;
      throw new ConnectorError({
        code: 'ERR_RATE_LIMITED',
        category: 'rate-limit',
        retryAfterMs: 7000,
        message: 'Slow down.',
      });
    };
    fill(1);
    const before = clock.now();
    expect(await sync.run()).toMatchObject({ inserted: 1, retried: 1 });
    expect(clock.now() - before).toBe(7000);
  });

  it('stop the run when the target asks for longer than a run should wait', async () => {
    const { target, sync, fill } = setUp({});
    target.connector.write = async () => {
      throw new ConnectorError({
        code: 'ERR_RATE_LIMITED',
        category: 'rate-limit',
        retryAfterMs: 3_600_000,
        message: 'Come back in an hour.',
      });
    };
    fill(1);
    await expect(sync.run()).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
    expect(await sync.deadLetters.list()).toEqual([]);
  });
});

describe('a target that is down', () => {
  it('stops the run instead of giving up record by record', async () => {
    let isDown = true;
    const { target, sync, fill } = setUp({ fault: () => (isDown ? 'busy' : undefined) });
    fill(50);
    await expect(sync.run()).rejects.toMatchObject({ code: 'ERR_TRANSIENT', retryable: true });
    expect(await sync.deadLetters.list()).toEqual([]);
    expect(await sync.runs(1)).toMatchObject([{ status: 'failed', errorCode: 'ERR_TRANSIENT' }]);
    isDown = false;
    expect(await sync.run()).toMatchObject({ inserted: 50, failed: 0, resumed: true });
    expect(target.live().size).toBe(50);
  });

  it('with fewer records than that to write is told by letters, which the next runs try by themselves', async () => {
    let isDown = true;
    const { source, target, sync, fill } = setUp({ fault: () => (isDown ? 'busy' : undefined) });
    fill(2);
    expect(await sync.run()).toMatchObject({ inserted: 0, failed: 2 });
    expect(await sync.runs(1)).toMatchObject([{ status: 'done' }]);
    const letters = await sync.deadLetters.list({ retryable: true });
    expect(letters.map(({ key }) => key).sort()).toEqual(['s1', 's2']);
    // Nothing new at the source.
    expect(await sync.run()).toMatchObject({ inserted: 0, failed: 2 });
    isDown = false;
    expect(await sync.run()).toMatchObject({ inserted: 2, failed: 0 });
    expect(await sync.deadLetters.list()).toEqual([]);
    source.put('s1', { name: 'changed' });
    isDown = true;
    expect(await sync.run()).toMatchObject({ updated: 0, failed: 1 });
    isDown = false;
    expect(await sync.run()).toMatchObject({ updated: 1, failed: 0 });
    expect([...target.live().values()].map(({ name }) => name).sort()).toEqual(['2', 'changed']);
  });

  it('that refuses the credentials stops the run at once', async () => {
    const { target, sync, fill } = setUp({ fault: () => 'unauthorized' });
    fill(50);
    await expect(sync.run()).rejects.toMatchObject({ code: 'ERR_AUTHENTICATION_FAILED' });
    expect(target.log).toEqual([]);
    expect(await sync.deadLetters.list()).toEqual([]);
  });

  it('stops the run although a batch that was under way succeeds after that', async () => {
    const { target, sync, fill } = setUp({}, { writeConcurrency: 2 });
    const { connector } = target;
    const { write } = connector;
    let batches = 0;
    connector.write = async (...call: Parameters<typeof write>) => {
      batches += 1;
      if (batches === 2) {
        throw new ConnectorError({
          code: 'ERR_AUTHENTICATION_FAILED',
          category: 'authentication',
          message: 'Signed out.',
        });
      }
      await new Promise((resolve) => setImmediate(resolve));
      return write(...call);
    };
    fill(4);
    await expect(sync.run()).rejects.toMatchObject({ code: 'ERR_AUTHENTICATION_FAILED' });
    connector.write = write;
    expect(await sync.run()).toMatchObject({ inserted: 2, unchanged: 2, failed: 0 });
    expect(target.live().size).toBe(4);
  });

  it('keeps what was written before it went down', async () => {
    let written = 0;
    let isDown = true;
    const { target, sync, fill } = setUp(
      {
        fault: () => {
          written += 1;
          return isDown && written > 10 ? 'busy' : undefined;
        },
      },
      { writeConcurrency: 1 },
    );
    fill(50);
    await expect(sync.run()).rejects.toMatchObject({ code: 'ERR_TRANSIENT' });
    expect(target.live().size).toBe(10);
    expect(await sync.runs(1)).toMatchObject([{ counts: { inserted: 10 } }]);
    isDown = false;
    expect(await sync.run()).toMatchObject({ inserted: 40, unchanged: 10 });
    expect(target.live().size).toBe(50);
  });

  it('cannot be asked what became of a create: the journal remembers', async () => {
    let isDown = true;
    const { target, sync, fill } = setUp({
      fault: () => (isDown ? 'lost' : undefined),
      crashPoint: (name) => {
        if (isDown && name === 'b.find') {
          throw new ConnectorError({ code: 'ERR_NETWORK', category: 'transient', message: 'down' });
        }
      },
    });
    fill(5);
    await expect(sync.run()).rejects.toMatchObject({ code: 'ERR_NETWORK' });
    isDown = false;
    expect(await sync.run()).toMatchObject({ failed: 0, resumed: true });
    expect(target.live().size).toBe(5);
  });
});

describe('many creates of an interrupted run', () => {
  it('are looked for together: they share the pauses', async () => {
    const { target, sync, clock, store, fill } = setUp({});
    fill(60);
    const flow = { tenant: 'default', flow: 'flow' };
    const intents = Array.from({ length: 60 }, (_, index) => ({
      ...flow,
      space: 'flow:flow',
      key: `s${index + 1}`,
      sourceKey: `s${index + 1}`,
      op: 'create' as const,
      idempotencyKey: `i${index}`,
      targetKey: undefined,
      targetPart: undefined,
      sourceDigest: 'd',
      targetDigest: 'd',
      body: undefined,
      createdAt: 0,
    }));
    await store.transaction((state) => state.journal.add(intents));
    const before = clock.now();
    expect(await sync.run()).toMatchObject({ resumed: true, inserted: 60 });
    expect(clock.now() - before).toBeLessThan(3000);
    expect(target.live().size).toBe(60);
  });
});

describe('a create that stays in doubt', () => {
  function setUpDoubt() {
    let isMute = true;
    const world = setUp({
      capabilities: { idempotency: 'native' },
      fault: (change) =>
        isMute && change.op === 'upsert' && (change.record as Item).name === '2'
          ? 'lost'
          : undefined,
    });
    world.fill(3);
    return {
      ...world,
      answerAgain: () => {
        isMute = false;
      },
    };
  }

  it('is in the dead letters, and settled by the next run with what it was sent', async () => {
    const { source, target, sync, answerAgain } = setUpDoubt();
    expect(await sync.run()).toMatchObject({ inserted: 2, failed: 1 });
    expect(await sync.deadLetters.list()).toMatchObject([
      { key: 's2', error: { code: 'ERR_OUTCOME_UNKNOWN', retryable: true } },
    ]);
    answerAgain();
    source.put('s2', { name: 'two' });
    expect(await sync.run()).toMatchObject({ failed: 0 });
    expect([...target.live().values()].map(({ name }) => name).sort()).toEqual(['1', '3', 'two']);
    expect(await sync.deadLetters.list()).toEqual([]);
  });

  it('is not created anew while the doubt lasts, however it changes', async () => {
    const { source, target, sync, answerAgain } = setUpDoubt();
    await sync.run();
    source.put('s2', { name: 'two' });
    expect(await sync.run()).toMatchObject({ inserted: 0, failed: 1 });
    expect(await sync.deadLetters.replay()).toMatchObject({ delivered: 0 });
    expect(target.live().size).toBe(3);
    answerAgain();
    expect(await sync.run()).toMatchObject({ updated: 1, failed: 0 });
    expect([...target.live().values()].map(({ name }) => name).sort()).toEqual(['1', '3', 'two']);
    expect(await sync.deadLetters.list()).toEqual([]);
  });

  it('is deleted when the source deletes it meanwhile', async () => {
    const { source, target, sync, answerAgain } = setUpDoubt();
    await sync.run();
    source.remove('s2');
    await sync.run();
    expect(target.live().size).toBe(3);
    answerAgain();
    expect(await sync.run()).toMatchObject({ deleted: 1, failed: 0 });
    expect(target.live().size).toBe(2);
    expect(await sync.deadLetters.list()).toEqual([]);
  });

  it('waits for somebody when the target has two of it', async () => {
    const { source, target, sync } = setUp({ capabilities: { idempotency: 'external-reference' } });
    const { connector } = target;
    const { write } = connector;
    connector.write = async (...call: Parameters<typeof write>) => {
      await write(...call);
      await write(...call);
      throw new Error('The connection was reset.');
    };
    source.put('s1', { name: '1' });
    expect(await sync.run()).toMatchObject({ failed: 1, inserted: 0 });
    connector.write = write;
    expect(await sync.run()).toMatchObject({ inserted: 0 });
    expect(target.live().size).toBe(2);
    target.forget('b-2');
    expect(await sync.run()).toMatchObject({ failed: 0 });
    expect(target.live().size).toBe(1);
    expect(await sync.deadLetters.list()).toEqual([]);
    expect(await sync.run({ mode: 'full' })).toMatchObject({ unchanged: 1 });
  });
});

describe('an answer that is not one', () => {
  it('is taken as an unknown outcome', async () => {
    const { target, sync, fill } = setUp({});
    const connector = target.connector;
    const { write } = connector;
    let isFirst = true;
    connector.write = async (...call: Parameters<typeof write>) => {
      const results = await write(...call);
      if (!isFirst) return results;
      isFirst = false;
      return results.slice(1);
    };
    fill(4);
    expect(await sync.run()).toMatchObject({ inserted: 4, failed: 0 });
    expect(target.live().size).toBe(4);
  });
});
