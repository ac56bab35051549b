import { ConnectorError } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type Item, memoryConnector } from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';

const count = 1000;
const each = 20;
const stages = ['decode', 'map', 'validate', 'write'] as const;

/** 1,000 records, 20 of them poisoned for each stage. */
function setUp() {
  let isMended = false;
  const isPoisoned = (stage: string, name: string) => !isMended && name.startsWith(stage);
  const source = memoryConnector({
    id: 'a',
    pageSize: 90,
    undecodable: (key) => isPoisoned('decode', key),
  });
  const target = memoryConnector({
    id: 'b',
    capabilities: { maxBatchSize: 50 },
    fault: (change) =>
      change.op === 'upsert' && isPoisoned('write', (change.record as Item).name)
        ? 'rejected'
        : undefined,
  });
  for (let number = 0; number < count; number += 1) {
    const stage = stages[Math.floor(number / 7) % 50];
    const key = number % 7 === 0 && stage !== undefined ? `${stage}${number}` : `s${number}`;
    source.put(key, { name: key });
  }
  const poisoned = [...source.live().keys()].filter((key) => !key.startsWith('s'));
  for (const stage of stages) {
    for (
      let extra = poisoned.filter((key) => key.startsWith(stage)).length;
      extra < each;
      extra += 1
    ) {
      const key = `${stage}-${extra}`;
      source.forget(`s${extra * 10 + stages.indexOf(stage) + 1}`);
      source.put(key, { name: key });
    }
  }
  const clock = fakeClock();
  const sync = createSync<Item, Item>({
    id: 'flow',
    source: source.connector,
    target: target.connector,
    entity: 'item',
    store: memoryStore(),
    clock,
    random: () => 0.5,
    schema: {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) =>
          isPoisoned('validate', (value as Item).name)
            ? { issues: [{ message: 'is poisoned' }] }
            : { value },
      },
    },
    mapping: {
      map(record) {
        if (isPoisoned('map', record.name)) throw new TypeError('poisoned');
        return { record };
      },
    },
  });
  const mend = () => {
    isMended = true;
  };
  return { source, target, sync, clock, mend, total: source.live().size };
}

describe('records poisoned at every stage', () => {
  it('the others arrive, and after the fix a replay delivers each of them once', async () => {
    const { source, target, sync, clock, mend, total } = setUp();
    const k = each * stages.length;
    expect(await sync.run()).toMatchObject({ inserted: total - k, failed: k });
    expect(target.live().size).toBe(total - k);
    for (const stage of stages) {
      expect(await sync.deadLetters.list({ stage, limit: 1000 })).toHaveLength(each);
    }
    const [first] = await sync.deadLetters.list({ limit: 1 });
    clock.advance(60_000);
    await sync.deadLetters.replay(first?.id ?? '');
    expect(await sync.deadLetters.inspect(first?.id ?? '')).toMatchObject({
      attempts: 2,
      firstAt: first?.firstAt,
      lastAt: (first?.lastAt ?? 0) + 60_000,
    });
    mend();
    expect(await sync.deadLetters.replay()).toEqual({ replayed: k, delivered: k, failed: 0 });
    expect(await sync.deadLetters.replay()).toEqual({ replayed: 0, delivered: 0, failed: 0 });
    expect(target.log).toHaveLength(total);
    expect(new Set([...target.live().values()].map(({ name }) => name))).toEqual(
      new Set(source.live().keys()),
    );
    expect(await sync.deadLetters.list()).toEqual([]);
  });

  it('one that cannot be read again stays, says so, and holds up no other', async () => {
    const { source, sync, mend } = setUp();
    await sync.run();
    mend();
    const [letter] = await sync.deadLetters.list({ stage: 'map' });
    const { connector } = source;
    const get = connector.get.bind(connector);
    connector.get = async (entity, key) => {
      if (key !== letter?.key) return get(entity, key);
      throw new ConnectorError({
        code: 'ERR_INVALID_RESPONSE',
        category: 'internal',
        message: 'Not readable.',
      });
    };
    const report = await sync.deadLetters.replay();
    expect(report).toMatchObject({ failed: 1, delivered: each * stages.length - 1 });
    expect(await sync.deadLetters.list()).toMatchObject([
      { id: letter?.id, stage: 'read', attempts: 2, error: { code: 'ERR_INVALID_RESPONSE' } },
    ]);
    await sync.deadLetters.discard(letter?.id ?? '', 'the vendor deletes it');
    expect(await sync.deadLetters.list({ status: 'open' })).toEqual([]);
    expect(await sync.deadLetters.list({ status: 'discarded' })).toMatchObject([
      { reason: 'the vendor deletes it' },
    ]);
  });
});

describe('failures that may pass', () => {
  it('are all tried in turn, though more than a hundred of them are hopeless', async () => {
    let isBusy = true;
    const hopeless = new Set<string>();
    const source = memoryConnector({ id: 'a', pageSize: 400 });
    const target = memoryConnector({
      id: 'b',
      fault: (change) => {
        if (change.op !== 'upsert') return undefined;
        const { name } = change.record as Item;
        // Every second one, so that the target does not count as down.
        return (isBusy && Number(name) % 2 === 1) || hopeless.has(name) ? 'busy' : undefined;
      },
    });
    for (let number = 0; number < 500; number += 1) source.put(`s${number}`, { name: `${number}` });
    const sync = createSync({
      id: 'flow',
      source: source.connector,
      target: target.connector,
      entity: 'item',
      store: memoryStore(),
      clock: fakeClock(),
      random: () => 0.5,
      writeRetries: 0,
    });
    expect(await sync.run()).toMatchObject({ inserted: 250, failed: 250 });
    const letters = await sync.deadLetters.list({ limit: 1000 });
    for (const { key } of letters.slice(0, 150)) hopeless.add(key.slice(1));
    isBusy = false;
    for (let run = 0; run < 3; run += 1) await sync.run();
    expect(target.live().size).toBe(500 - hopeless.size);
    // And each of the hopeless comes up again and again.
    for (let run = 0; run < 2; run += 1) await sync.run();
    const left = await sync.deadLetters.list({ limit: 1000 });
    expect(left).toHaveLength(150);
    expect(Math.min(...left.map(({ attempts }) => attempts))).toBeGreaterThanOrEqual(3);
  });
});

describe('a target record that cannot be read', () => {
  it.each([
    ['to be merged', { conflicts: 'target' as const }, 1],
    ['to be compared', { checkTarget: true }, 0],
  ])('holds nobody up when it is %s', async (_what, options, failed) => {
    let isBroken = false;
    const source = memoryConnector({ id: 'a' });
    const target = memoryConnector({ id: 'b', undecodable: (key) => isBroken && key === 'b-2' });
    const sync = createSync({
      id: 'flow',
      source: source.connector,
      target: target.connector,
      entity: 'item',
      store: memoryStore(),
      clock: fakeClock(),
      ...options,
    });
    const put = (value: string) => {
      for (const key of ['s1', 's2', 's3']) source.put(key, { name: `${key} ${value}` });
    };
    put('a');
    await sync.run();
    isBroken = true;
    put('b');
    expect((await sync.plan()).changes).toHaveLength(3 - failed);
    expect(await sync.run()).toMatchObject({ updated: 3 - failed, failed });
    expect(await sync.deadLetters.list()).toMatchObject(
      failed === 0 ? [] : [{ key: 's2', stage: 'read', error: { code: 'ERR_MAPPING' } }],
    );
    isBroken = false;
    await sync.deadLetters.replay();
    expect([...target.live().values()].map(({ name }) => name)).toEqual(['s1 b', 's2 b', 's3 b']);
  });
});

describe('a source record that cannot be read', () => {
  it('does not keep the others from being planned by key', async () => {
    const source = memoryConnector({ id: 'a', undecodable: (key) => key === 's2' });
    const target = memoryConnector({ id: 'b' });
    for (const key of ['s1', 's2', 's3']) source.put(key, { name: key });
    const sync = createSync({
      id: 'flow',
      source: source.connector,
      target: target.connector,
      entity: 'item',
      store: memoryStore(),
      clock: fakeClock(),
    });
    const plan = await sync.plan({ keys: ['s1', 's2', 's3'] });
    expect(plan.failures).toMatchObject([{ key: 's2', stage: 'decode', code: 'ERR_MAPPING' }]);
    expect(await sync.apply(plan)).toMatchObject({ inserted: 2, failed: 1 });
    expect(target.live().size).toBe(2);
  });
});
