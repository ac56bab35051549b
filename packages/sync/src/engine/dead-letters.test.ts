import { ConnectorError } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import type { MappedRecord } from '../mapping/mapping.ts';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import {
  type Item,
  type MemoryConnectorOptions,
  memoryConnector,
} from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';
import type { StandardSchema } from './standard-schema.ts';
import type { SyncOptions } from './sync-options.ts';

/** Each stage refuses its own records until they are mended. */
function setUp(
  options: {
    readonly target?: MemoryConnectorOptions;
    readonly sync?: Partial<SyncOptions<Item, Item>>;
  } = {},
) {
  const broken = { decode: true, map: true, validate: true, write: true };
  const isPoisoned = (stage: keyof typeof broken, text: string) =>
    broken[stage] && text.startsWith(stage);
  const source = memoryConnector({ id: 'a', undecodable: (key) => isPoisoned('decode', key) });
  const target = memoryConnector({
    id: 'b',
    fault: (change) =>
      change.op === 'upsert' && isPoisoned('write', (change.record as Item).name)
        ? 'rejected'
        : undefined,
    ...options.target,
  });
  const schema: StandardSchema = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) =>
        isPoisoned('validate', (value as Item).name)
          ? { issues: [{ message: 'must be another', path: ['name'] }] }
          : { value },
    },
  };
  const clock = fakeClock();
  const sync = createSync<Item, Item>({
    id: 'flow',
    source: source.connector,
    target: target.connector,
    entity: 'item',
    store: memoryStore(),
    clock,
    schema,
    random: () => 0.5,
    mapping: {
      map(record) {
        if (isPoisoned('map', record.name)) throw new TypeError(`secret of ${record.name}`);
        return { record };
      },
    },
    ...options.sync,
  });
  return { source, target, broken, clock, sync };
}

const stages = ['decode', 'map', 'validate', 'write'] as const;

describe('records that cannot be synced', () => {
  it('go to the dead letters, stage by stage, and the others arrive', async () => {
    const { source, target, broken, sync } = setUp();
    for (let number = 0; number < 100; number += 1) {
      const stage = stages[number / 10];
      const key = stage === undefined ? `s${number}` : `${stage}${number}`;
      source.put(key, { name: key });
    }
    expect(await sync.run()).toMatchObject({ read: 100, inserted: 96, failed: 4 });
    expect(target.live().size).toBe(96);
    const letters = await sync.deadLetters.list();
    expect(letters.map(({ stage, key, error }) => `${stage} ${key} ${error.code}`).sort()).toEqual([
      'decode decode0 ERR_MAPPING',
      'map map10 ERR_MAPPING',
      'validate validate20 ERR_VALIDATION',
      'write write30 ERR_VALIDATION',
    ]);
    for (const stage of stages) broken[stage] = false;
    expect(await sync.deadLetters.replay()).toEqual({ replayed: 4, delivered: 4, failed: 0 });
    expect(await sync.deadLetters.list()).toEqual([]);
    expect([...target.live().values()].map(({ name }) => name).sort()).toEqual(
      [...source.live().keys()].sort(),
    );
    expect(await sync.run({ mode: 'full' })).toMatchObject({ unchanged: 100, inserted: 0 });
  });

  it('are described without their data', async () => {
    const { source, clock, sync } = setUp();
    source.put('s1', { name: 'map of Jane Doe' });
    await sync.run();
    const [letter] = await sync.deadLetters.list();
    expect(letter).toEqual({
      tenant: 'default',
      flow: 'flow',
      id: expect.stringMatching(/^[\w-]{22}$/),
      stage: 'map',
      entity: 'item',
      op: 'upsert',
      key: 's1',
      sourceKey: 's1',
      attempts: 1,
      error: {
        code: 'ERR_MAPPING',
        category: 'mapping',
        message: 'The mapping threw a TypeError. Correct the mapping, then replay the dead letter.',
        path: undefined,
        retryable: false,
      },
      digest: undefined,
      firstAt: clock.now(),
      lastAt: clock.now(),
      status: 'open',
      reason: undefined,
    });
    expect(await sync.deadLetters.inspect(letter?.id ?? '')).toEqual(letter);
  });

  it('count their attempts and keep their first time', async () => {
    const { source, clock, sync } = setUp();
    source.put('s1', { name: 'write' });
    await sync.run();
    const firstAt = clock.now();
    clock.advance(5000);
    expect(await sync.deadLetters.replay()).toEqual({ replayed: 1, delivered: 0, failed: 1 });
    expect(await sync.deadLetters.list()).toMatchObject([{ attempts: 2, firstAt }]);
    expect((await sync.deadLetters.list())[0]?.lastAt).toBeGreaterThanOrEqual(firstAt + 5000);
  });

  it('are cleared by a later success of the same record', async () => {
    const { source, target, sync } = setUp();
    source.put('s1', { name: 'write' });
    await sync.run();
    source.put('s1', { name: 'mended' });
    expect(await sync.run()).toMatchObject({ inserted: 1, failed: 0 });
    expect(await sync.deadLetters.list()).toEqual([]);
    expect(target.live().size).toBe(1);
  });

  it('are cleared when the record is deleted', async () => {
    const { source, sync } = setUp();
    source.put('s1', { name: 'write' });
    await sync.run();
    source.remove('s1');
    await sync.run();
    expect(await sync.deadLetters.list()).toEqual([]);
  });

  it('are replayed one by one, or by stage', async () => {
    const { source, target, broken, sync } = setUp();
    for (const stage of stages) source.put(`${stage}1`, { name: stage });
    await sync.run();
    for (const stage of stages) broken[stage] = false;
    const [letter] = await sync.deadLetters.list({ stage: 'map' });
    expect(await sync.deadLetters.replay(letter?.id)).toMatchObject({ delivered: 1 });
    expect(await sync.deadLetters.replay({ stage: 'write' })).toMatchObject({ delivered: 1 });
    expect(target.live().size).toBe(2);
    await expect(sync.deadLetters.replay(letter?.id)).rejects.toMatchObject({
      code: 'ERR_NOT_FOUND',
    });
  });

  it('are not replayed when they were discarded', async () => {
    const { source, broken, sync } = setUp();
    source.put('s1', { name: 'write' });
    await sync.run();
    const [letter] = await sync.deadLetters.list();
    await sync.deadLetters.discard(letter?.id ?? '', 'a test record');
    broken.write = false;
    expect(await sync.deadLetters.replay()).toEqual({ replayed: 0, delivered: 0, failed: 0 });
    expect(await sync.deadLetters.list({ status: 'discarded' })).toMatchObject([
      { reason: 'a test record' },
    ]);
  });

  it('stay, and say so, when the source has the record no more', async () => {
    const { source, sync } = setUp({ sync: { mapping: undefined } });
    source.put('decode1', { name: 'x' });
    await sync.run();
    source.remove('decode1');
    expect(await sync.deadLetters.replay()).toMatchObject({ failed: 1, delivered: 0 });
    expect(await sync.deadLetters.list()).toMatchObject([
      { stage: 'read', error: { code: 'ERR_NOT_FOUND' }, attempts: 2 },
    ]);
  });

  it.each([
    ['cannot be decoded', { code: 'ERR_MAPPING', category: 'mapping' }],
    ['waits for another one', { code: 'ERR_MAPPING', category: 'mapping', retryable: true }],
    ['is locked', { code: 'ERR_TRANSIENT', category: 'transient' }],
  ] as const)('are replayed although one of them %s at the source', async (_name, reason) => {
    const { source, target, broken, sync } = setUp();
    const { get } = source.connector;
    source.connector.get = async (...call: Parameters<typeof get>) => {
      if (call[1] === 'map2') throw new ConnectorError({ ...reason, message: 'Not this one.' });
      return get(...call);
    };
    for (let number = 1; number <= 4; number += 1) {
      source.put(`map${number}`, { name: `map${number}` });
    }
    await sync.run();
    broken.map = false;
    expect(await sync.deadLetters.replay()).toEqual({ replayed: 4, delivered: 3, failed: 1 });
    expect(target.live().size).toBe(3);
    expect(await sync.deadLetters.list()).toMatchObject([
      { key: 'map2', stage: 'read', attempts: 2, error: { message: 'Not this one.' } },
    ]);
  });

  it('stay as they are when the source is down', async () => {
    const { source, broken, sync } = setUp();
    for (let number = 1; number <= 4; number += 1) source.put(`map${number}`, { name: 'map' });
    await sync.run();
    broken.map = false;
    source.connector.get = async () => {
      throw new ConnectorError({ code: 'ERR_NETWORK', category: 'transient', message: 'down' });
    };
    await expect(sync.deadLetters.replay()).rejects.toMatchObject({ code: 'ERR_NETWORK' });
    const letters = await sync.deadLetters.list();
    expect(letters.map(({ stage, attempts }) => `${stage} ${attempts}`)).toEqual(
      Array.from({ length: 4 }, () => 'map 1'),
    );
  });

  it('of a delete are deleted by replay', async () => {
    let isBroken = true;
    const { source, target, sync } = setUp({
      target: { fault: (change) => (isBroken && change.op === 'delete' ? 'rejected' : undefined) },
    });
    source.put('s1', { name: 'x' });
    await sync.run();
    source.remove('s1');
    expect(await sync.run()).toMatchObject({ failed: 1, deleted: 0 });
    isBroken = false;
    expect(await sync.deadLetters.replay()).toMatchObject({ delivered: 1 });
    expect(target.live().size).toBe(0);
  });

  it('that failed for a reason that passes are tried again by the next run', async () => {
    let isBusy = true;
    const { source, target, sync } = setUp({
      target: {
        fault: (change) =>
          isBusy && change.op === 'upsert' && (change.record as Item).name === 'busy'
            ? 'busy'
            : undefined,
      },
    });
    source.put('s1', { name: 'busy' });
    source.put('s2', { name: 'fine' });
    expect(await sync.run()).toMatchObject({ inserted: 1, failed: 1, retried: 5 });
    isBusy = false;
    expect(await sync.run()).toMatchObject({ inserted: 1, failed: 0, retried: 1 });
    expect(await sync.deadLetters.list()).toEqual([]);
    expect(target.live().size).toBe(2);
  });
});

describe('a mapping that breaks its rules', () => {
  it.each([
    [[{ key: 'other', record: { name: 'x' } }], 'begin with the key'],
    [[{ record: { name: 'x' } }, { record: { name: 'y' } }], 'same key'],
    [[{}], 'needs `record`'],
    [[{ delete: true, targetPart: '10' }], 'cannot be deleted'],
  ])('is told so: %j', async (result, message) => {
    const { source, sync } = setUp({
      sync: { mapping: { map: () => result as readonly MappedRecord<Item>[] } },
    });
    source.put('s1', { name: 'x' });
    await sync.run();
    expect(await sync.deadLetters.list()).toMatchObject([
      { stage: 'map', error: { message: expect.stringContaining(message) } },
    ]);
  });
});

describe('a target that cannot tell what became of a create', () => {
  it('keeps the record in the dead letters until somebody decides', async () => {
    let fault: 'lost' | undefined = 'lost';
    const { source, target, sync } = setUp({
      target: { capabilities: { idempotency: 'none' }, fault: () => fault },
    });
    source.put('s1', { name: 'x' });
    expect(await sync.run()).toMatchObject({ failed: 1 });
    fault = undefined;
    source.put('s1', { name: 'x2' });
    expect(await sync.run()).toMatchObject({ failed: 1, inserted: 0 });
    expect(target.live().size).toBe(1);
    expect(await sync.deadLetters.list()).toMatchObject([
      { error: { code: 'ERR_OUTCOME_UNKNOWN', category: 'conflict', retryable: false } },
    ]);
    expect(await sync.deadLetters.replay()).toMatchObject({ delivered: 1 });
    expect(target.live().size).toBe(2);
  });

  it('still cannot when it is to be replayed and cannot be read: it is not created by itself', async () => {
    let fault: 'lost' | undefined = 'lost';
    const { source, target, sync } = setUp({
      target: { capabilities: { idempotency: 'none' }, fault: () => fault },
    });
    source.put('s1', { name: 'x' });
    await sync.run();
    fault = undefined;
    const { get } = source.connector;
    source.connector.get = async () => {
      throw new ConnectorError({ code: 'ERR_NETWORK', category: 'transient', message: 'down' });
    };
    expect(await sync.deadLetters.replay()).toMatchObject({ failed: 1 });
    source.connector.get = get;
    await sync.run();
    expect(target.live().size).toBe(1);
    expect(await sync.deadLetters.list()).toMatchObject([
      { attempts: 2, error: { code: 'ERR_OUTCOME_UNKNOWN' } },
    ]);
  });

  it('keeps it there when the source deletes the record: it may be at the target', async () => {
    let fault: 'lost' | undefined = 'lost';
    const { source, target, sync } = setUp({
      target: { capabilities: { idempotency: 'none' }, fault: () => fault },
    });
    source.put('s1', { name: 'x' });
    await sync.run();
    fault = undefined;
    source.remove('s1');
    expect(await sync.run()).toMatchObject({ deleted: 0, failed: 1 });
    expect(target.live().size).toBe(1);
    expect(await sync.deadLetters.list()).toMatchObject([
      { key: 's1', attempts: 1, error: { code: 'ERR_OUTCOME_UNKNOWN' } },
    ]);
  });
});
