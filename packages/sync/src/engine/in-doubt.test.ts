import { ConnectorError, type WriteIdempotency } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import type { SyncTarget } from '../target/sync-target.ts';
import { crashingProcess } from '../testing/crashing.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import {
  type MemoryConnectorOptions,
  memoryConnector,
  type WriteFault,
} from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';
import type { SyncOptions } from './sync-options.ts';

// A write that may have happened stays one, whatever becomes of it when it is sent again.

const flowKey = { tenant: 'default', flow: 'flow' };

function setUp(target: MemoryConnectorOptions, options: Partial<SyncOptions> = {}) {
  const source = memoryConnector({ id: 'a', pageSize: 100 });
  let fault: WriteFault | undefined;
  const system = memoryConnector({ id: 'b', fault: () => fault, ...target });
  const store = memoryStore();
  const sync = createSync({
    id: 'flow',
    source: source.connector,
    target: system.connector,
    entity: 'item',
    store,
    clock: fakeClock(),
    random: () => 0.5,
    ...options,
  });
  return {
    source,
    target: system,
    store,
    sync,
    answer(next: WriteFault | undefined) {
      fault = next;
    },
    names: () => [...system.live().values()].map(({ name }) => name).sort(),
    journal: () => store.transaction((state) => state.journal.list(flowKey)),
  };
}

describe('a create whose first answer was lost', () => {
  const native: MemoryConnectorOptions = { capabilities: { idempotency: 'native' } };

  it('stays in doubt when the run that sends it again is aborted', async () => {
    const { source, target, sync, answer, names, journal } = setUp(native);
    source.put('s1', { name: 'one' });
    answer('lost');
    await sync.run();
    const controller = new AbortController();
    const { write } = target.connector;
    // A connector that says of an aborted request no more than that it failed.
    target.connector.write = async (_entity, changes) => {
      controller.abort();
      return changes.map(() => ({ status: 'failed', error: new Error('aborted') as never }));
    };
    await expect(sync.run({ signal: controller.signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    expect(await journal()).toMatchObject([{ key: 's1', op: 'create' }]);
    target.connector.write = write;
    answer(undefined);
    source.put('s1', { name: 'changed meanwhile' });
    expect(await sync.run()).toMatchObject({ failed: 0 });
    expect(names()).toEqual(['changed meanwhile']);
    expect(await journal()).toEqual([]);
    expect(await sync.deadLetters.list()).toEqual([]);
  });

  it.each([
    ['busy', 0],
    ['busy', 5],
    ['unauthorized', 5],
  ] as const)(
    'stays in doubt when the target will not take it again: %s, %i retries',
    async (later, writeRetries) => {
      const { source, sync, answer, names, journal } = setUp(native, { writeRetries });
      source.put('s1', { name: 'one' });
      answer('lost');
      await sync.run();
      answer(later);
      await sync.run().catch(() => undefined);
      expect(await journal()).toHaveLength(1);
      source.put('s1', { name: 'changed meanwhile' });
      answer(undefined);
      await sync.run();
      expect(names()).toEqual(['changed meanwhile']);
      expect(await sync.deadLetters.list()).toEqual([]);
    },
  );

  it('leaves nothing behind when it is refused at last and its record is gone', async () => {
    const { source, sync, answer, names, journal } = setUp(native, { writeRetries: 0 });
    source.put('s1', { name: 'one' });
    answer('not-sent');
    await sync.run();
    source.remove('s1');
    answer('rejected');
    await sync.run();
    expect(names()).toEqual([]);
    expect(await journal()).toEqual([]);
    expect(await sync.deadLetters.list()).toEqual([]);
  });

  it('stays in doubt when it was lost and then refused within one run', async () => {
    let sent = 0;
    const world = setUp({
      ...native,
      fault: () => {
        sent += 1;
        if (sent === 1) return 'lost';
        return sent <= 6 ? 'busy' : undefined;
      },
    });
    world.source.put('s1', { name: 'one' });
    expect(await world.sync.run()).toMatchObject({ inserted: 0, failed: 1 });
    expect(await world.sync.deadLetters.list()).toMatchObject([
      { error: { code: 'ERR_OUTCOME_UNKNOWN' } },
    ]);
    world.source.put('s1', { name: 'changed meanwhile' });
    await world.sync.run();
    expect(world.names()).toEqual(['changed meanwhile']);
  });

  it('is over when the target refuses the record itself: it is planned anew', async () => {
    const { source, sync, answer, names, journal } = setUp(native);
    source.put('s1', { name: 'one' });
    answer('not-sent');
    await sync.run();
    answer('rejected');
    expect(await sync.run()).toMatchObject({ failed: 1 });
    expect(await journal()).toEqual([]);
    source.put('s1', { name: 'mended' });
    answer(undefined);
    await sync.run();
    expect(names()).toEqual(['mended']);
  });
});

describe('a create of which the target will never tell', () => {
  it('is left alone once its dead letter is discarded, and made when that is replayed', async () => {
    const { source, target, sync, answer, names, journal } = setUp({
      capabilities: { idempotency: 'native' },
    });
    source.put('s1', { name: 'one' });
    answer('not-sent');
    await sync.run();
    answer(undefined);
    const { write } = target.connector;
    const refusing = new ConnectorError({
      code: 'ERR_CONFLICT',
      category: 'conflict',
      message: 'The key was used before.',
    });
    target.connector.write = async (_entity, changes) =>
      changes.map(() => ({ status: 'failed', error: refusing }));
    await sync.run();
    const [letter] = await sync.deadLetters.list();
    expect(letter?.error).toMatchObject({
      code: 'ERR_OUTCOME_UNKNOWN',
      message: expect.stringContaining('The key was used before.'),
    });
    await sync.deadLetters.discard(letter?.id ?? '', 'entered by hand');
    target.connector.write = write;
    await sync.run();
    expect(await journal()).toEqual([]);
    source.put('s1', { name: 'changed' });
    await sync.run();
    expect(names()).toEqual([]);
    expect(await sync.deadLetters.replay(letter?.id)).toMatchObject({ delivered: 1 });
    expect(names()).toEqual(['changed']);
  });
});

describe('an update whose answer was lost and that was refused then', () => {
  it('is in doubt: the value of before is written again when it comes back', async () => {
    let faults: (WriteFault | undefined)[] = [];
    const { source, sync, names } = setUp({ fault: () => faults.shift() });
    source.put('s1', { name: 'A' });
    await sync.run();
    source.put('s1', { name: 'B' });
    faults = ['lost', 'rejected'];
    expect(await sync.run()).toMatchObject({ failed: 1 });
    expect(names()).toEqual(['B']);
    source.put('s1', { name: 'A' });
    await sync.run();
    expect(names()).toEqual(['A']);
  });
});

describe('a process that is killed, and a recovery that is aborted', () => {
  it.each(['native', 'external-reference'] as const)(
    'anywhere: nothing is lost or doubled although the records change meanwhile: %s',
    async (idempotency) => {
      for (let deathAt = 8; deathAt < 40; deathAt += 2) {
        for (let abortAt = 1; ; abortAt += 1) {
          const world = createMortalWorld(idempotency, 3);
          await world.live({ deathAt });
          world.source.put('s1', { name: 'one, changed' });
          const wasAborted = await world.live({ abortAt });
          world.source.put('s2', { name: 'two, changed' });
          await world.live({});
          expect(world.names()).toEqual(['Item 3', 'one, changed', 'two, changed']);
          expect(world.target.log.filter((entry) => entry.startsWith('create'))).toHaveLength(3);
          if (!wasAborted) break;
        }
      }
    },
  );
});

/** Lives end by a kill (nothing works any more) or by an abort (the signal of the run). */
function createMortalWorld(idempotency: WriteIdempotency, count: number) {
  let process = crashingProcess(Number.POSITIVE_INFINITY);
  let controller = new AbortController();
  let abortAt = Number.POSITIVE_INFINITY;
  const crashPoint = () => {
    if (process.steps() >= abortAt) controller.abort();
    process.step();
  };
  const source = memoryConnector({ id: 'a', pageSize: 100, crashPoint });
  const target = memoryConnector({ id: 'b', crashPoint, capabilities: { idempotency } });
  const store = memoryStore();
  const clock = fakeClock();
  for (let number = 1; number <= count; number += 1)
    source.put(`s${number}`, { name: `Item ${number}` });
  return {
    source,
    target,
    store,
    names: () => [...target.live().values()].map(({ name }) => name).sort(),
    /** @returns whether the run was aborted */
    async live(end: { readonly deathAt?: number; readonly abortAt?: number }): Promise<boolean> {
      process = crashingProcess(end.deathAt ?? Number.POSITIVE_INFINITY);
      controller = new AbortController();
      abortAt = end.abortAt ?? Number.POSITIVE_INFINITY;
      const { signal } = controller;
      await createSync({
        id: 'flow',
        source: source.connector,
        target: target.connector,
        entity: 'item',
        store: process.store(store),
        clock,
        random: () => 0.5,
      })
        .run({ signal })
        .catch((error: unknown) => {
          if (!process.isDead() && !signal.aborted) throw error;
        });
      clock.advance(120_000);
      return signal.aborted;
    },
  };
}

describe('a target that cannot tell what became of a create', () => {
  const none: MemoryConnectorOptions = { capabilities: { idempotency: 'none' } };

  it('and is down: what was certainly not made is made by the next run', async () => {
    const { source, sync, answer, names, journal } = setUp(none);
    for (let number = 1; number <= 50; number += 1) source.put(`s${number}`, { name: `${number}` });
    answer('busy');
    await expect(sync.run()).rejects.toMatchObject({ code: 'ERR_TRANSIENT' });
    expect(await journal()).toEqual([]);
    answer(undefined);
    expect(await sync.run()).toMatchObject({ inserted: 50, failed: 0 });
    expect(new Set(names()).size).toBe(50);
    expect(await sync.deadLetters.list()).toEqual([]);
  });

  it('and goes down within a page: only what was under way is in doubt', async () => {
    let sent = 0;
    let isUp = false;
    const { source, sync, names } = setUp(
      {
        ...none,
        fault: () => {
          sent += 1;
          if (isUp || sent <= 10) return undefined;
          return sent === 11 ? 'lost' : 'unauthorized';
        },
      },
      { writeConcurrency: 1 },
    );
    for (let number = 1; number <= 50; number += 1) source.put(`s${number}`, { name: `${number}` });
    await expect(sync.run()).rejects.toMatchObject({ code: 'ERR_AUTHENTICATION_FAILED' });
    isUp = true;
    expect(await sync.run()).toMatchObject({ inserted: 39, unchanged: 10, failed: 1 });
    expect(new Set(names()).size).toBe(50);
    expect(await sync.deadLetters.list()).toMatchObject([
      { key: 's11', error: { code: 'ERR_OUTCOME_UNKNOWN' } },
    ]);
  });

  it('keeps what was refused before the run ended out of doubt', async () => {
    let isUp = false;
    const { source, sync } = setUp(
      {
        ...none,
        fault: (change) => {
          if (isUp) return undefined;
          const { name } = (change as unknown as { readonly record: { readonly name: string } })
            .record;
          return name === '1' ? 'rejected' : 'unauthorized';
        },
      },
      { writeConcurrency: 1 },
    );
    for (let number = 1; number <= 4; number += 1) source.put(`s${number}`, { name: `${number}` });
    await expect(sync.run()).rejects.toMatchObject({ code: 'ERR_AUTHENTICATION_FAILED' });
    isUp = true;
    expect(await sync.run()).toMatchObject({ inserted: 4, failed: 0 });
  });

  it('and a process that is killed anywhere: only the batches under way are in doubt', async () => {
    let mostInDoubt = 0;
    for (let deathAt = 1; ; deathAt += 1) {
      const world = createMortalWorld('none', 30);
      await world.live({ deathAt });
      const before = world.target.live().size;
      await world.live({});
      const letters = await world.store.transaction((state) => state.deadLetters.count(flowKey));
      // Four at a time, two records each.
      expect(letters).toBeLessThanOrEqual(8);
      mostInDoubt = Math.max(mostInDoubt, letters);
      const { log } = world.target;
      expect(new Set(world.names()).size).toBe(log.length);
      expect(log.length + letters).toBeGreaterThanOrEqual(30);
      if (before === 30 && letters === 0) break;
    }
    expect(mostInDoubt).toBeGreaterThan(0);
  });
});

describe('a target that is written by our keys and does not answer', () => {
  const world = () => {
    let isMute = true;
    const rows = new Map<string, unknown>();
    const target: SyncTarget = {
      idempotency: 'upsert',
      maxBatchSize: 10,
      write: async (_entity, changes) =>
        changes.map(({ op, key = '', ...change }) => {
          if (op === 'delete') rows.delete(key);
          else rows.set(key, change);
          const error = new ConnectorError({
            code: 'ERR_TIMEOUT',
            category: 'transient',
            outcomeUnknown: true,
            message: 'No answer.',
          });
          return isMute && key === 's1' ? { status: 'unknown', error } : { status: 'updated', key };
        }),
    };
    return {
      ...setUp({}, { target }),
      rows,
      recover() {
        isMute = false;
      },
    };
  };

  it('is written again by the next run: nobody has to look', async () => {
    const { source, sync, recover } = world();
    for (const key of ['s1', 's2']) source.put(key, { name: key });
    expect(await sync.run()).toMatchObject({ inserted: 1, failed: 1 });
    expect(await sync.deadLetters.list()).toMatchObject([
      { key: 's1', error: { code: 'ERR_TIMEOUT', retryable: true } },
    ]);
    recover();
    expect(await sync.run()).toMatchObject({ inserted: 1, failed: 0 });
    expect(await sync.deadLetters.list()).toEqual([]);
  });

  it('keeps nothing of a record that is gone then', async () => {
    const { source, sync, recover, rows } = world();
    source.put('s1', { name: 's1' });
    await sync.run();
    recover();
    source.remove('s1');
    await sync.run();
    expect([...rows.keys()]).toEqual([]);
    expect(await sync.deadLetters.list()).toEqual([]);
  });
});

describe('a deletion whose answer was lost', () => {
  const lostTwice = async (conflicts?: SyncOptions['conflicts']) => {
    const world = setUp({}, { writeRetries: 0, ...(conflicts === undefined ? {} : { conflicts }) });
    world.source.put('s1', { name: 'one' });
    await world.sync.run();
    world.source.remove('s1');
    world.answer('lost');
    await world.sync.run();
    world.answer('not-sent');
    return world;
  };

  it.each([
    ['no policy', undefined],
    ['the source wins', { default: 'source' }],
    ['the target wins', { default: 'target' }],
    ['held', { default: 'hold' }],
  ] as const)('and the record has come back: it is created anew, %s', async (_name, conflicts) => {
    const { source, sync, answer, names } = await lostTwice(conflicts);
    source.put('s1', { name: 'one' });
    await sync.run();
    answer(undefined);
    await sync.run();
    expect(names()).toEqual(['one']);
    source.put('s1', { name: 'changed' });
    await sync.run();
    expect(names()).toEqual(['changed']);
    expect(await sync.deadLetters.list()).toEqual([]);
  });

  it('in a run that was aborted, and again when it is sent again, and the record has come back', async () => {
    const controller = new AbortController();
    const { source, target, sync, answer, names, journal } = setUp({}, { writeRetries: 0 });
    source.put('s1', { name: 'one' });
    await sync.run();
    source.remove('s1');
    const { write } = target.connector;
    target.connector.write = async (...call) => {
      const results = await write(...call);
      controller.abort();
      controller.signal.throwIfAborted();
      return results;
    };
    await expect(sync.run({ signal: controller.signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    expect(await journal()).toMatchObject([{ key: 's1', op: 'delete' }]);
    target.connector.write = write;
    source.put('s1', { name: 'one' });
    answer('not-sent');
    await sync.run();
    answer(undefined);
    await sync.run();
    expect(names()).toEqual(['one']);
    expect(await journal()).toEqual([]);
    expect(await sync.deadLetters.list()).toEqual([]);
  });

  it('is not taken for a deletion by the other side: what came back stays', async () => {
    const a = memoryConnector({ id: 'a' });
    let fault: WriteFault | undefined;
    const b = memoryConnector({ id: 'b', fault: () => fault });
    const store = memoryStore();
    const shared = {
      entity: 'item',
      store,
      clock: fakeClock(),
      random: () => 0.5,
      writeRetries: 0,
    };
    const conflicts = (side: 'source' | 'target') => ({ default: side });
    const toB = createSync({
      ...shared,
      id: 'toB',
      source: a.connector,
      target: b.connector,
      link: { space: 'items', side: 'left' },
      conflicts: conflicts('target'),
    });
    const toA = createSync({
      ...shared,
      id: 'toA',
      source: b.connector,
      target: a.connector,
      link: { space: 'items', side: 'right' },
      conflicts: conflicts('source'),
    });
    a.put('s1', { name: 'one' });
    await toB.run();
    await toA.run();
    a.remove('s1');
    fault = 'lost';
    await toB.run();
    a.put('s1', { name: 'one' });
    fault = undefined;
    await toA.run();
    await toB.run();
    await toA.run();
    expect([...a.live().values()].map(({ name }) => name)).toEqual(['one']);
    expect([...b.live().values()].map(({ name }) => name)).toEqual(['one']);
  });
});
