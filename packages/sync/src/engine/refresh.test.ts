import { ConnectorError } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type MemoryConnectorOptions, memoryConnector } from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';

function setUp(options: { source?: MemoryConnectorOptions; target?: MemoryConnectorOptions } = {}) {
  const source = memoryConnector({ id: 'a', ...options.source });
  const target = memoryConnector({ id: 'b', ...options.target });
  const sync = createSync({
    id: 'flow',
    source: source.connector,
    target: target.connector,
    entity: 'item',
    store: memoryStore(),
    clock: fakeClock(),
    random: () => 0.5,
  });
  const names = () => [...target.live().values()].map(({ name }) => name);
  return { source, target, sync, names };
}

describe('records that somebody names', () => {
  it('are synced at once, and the run that shows them again does nothing', async () => {
    const { source, target, sync, names } = setUp();
    for (const key of ['s1', 's2', 's3']) source.put(key, { name: key });
    expect(await sync.refresh(['s2', 's3', 's2'])).toMatchObject({ read: 2, inserted: 2 });
    expect(names()).toEqual(['s2', 's3']);
    expect(await sync.refresh(['s2'])).toMatchObject({ inserted: 0, updated: 0, unchanged: 1 });
    expect(await sync.run()).toMatchObject({ read: 3, inserted: 1, unchanged: 2 });
    expect(target.log).toHaveLength(3);
    source.put('s2', { name: 'changed' });
    expect(await sync.refresh(['s2'])).toMatchObject({ updated: 1 });
    expect(await sync.run()).toMatchObject({ updated: 0, unchanged: 1 });
  });

  it('do not move the position: what was not named comes with the next run', async () => {
    const { source, sync, names } = setUp();
    source.put('s1', { name: 's1' });
    await sync.run();
    source.put('s2', { name: 's2' });
    source.put('s3', { name: 's3' });
    await sync.refresh(['s3']);
    await sync.run();
    expect(names().sort()).toEqual(['s1', 's2', 's3']);
  });

  it('and that are gone are left to the run, whose guard counts them all', async () => {
    const { source, target, sync } = setUp();
    for (let number = 1; number <= 30; number += 1) source.put(`s${number}`, { name: `${number}` });
    await sync.run();
    const keys = [...source.live().keys()];
    for (const key of keys) source.remove(key);
    for (const key of keys)
      expect(await sync.refresh([key])).toMatchObject({ read: 1, deleted: 0 });
    expect(target.live().size).toBe(30);
    expect((await sync.run()).withheld).toBeGreaterThan(0);
  });

  it('go to the dead letters when they cannot be read or written', async () => {
    const { source, sync } = setUp({
      source: { undecodable: (key) => key === 's1' },
      target: {
        fault: (change) =>
          (change as unknown as { record: { name: string } }).record.name === 's2'
            ? 'rejected'
            : undefined,
      },
    });
    for (const key of ['s1', 's2', 's3']) source.put(key, { name: key });
    expect(await sync.refresh(['s1', 's2', 's3'])).toMatchObject({ inserted: 1, failed: 2 });
    const letters = await sync.deadLetters.list();
    expect(letters.map(({ key, stage }) => `${key} ${stage}`).sort()).toEqual([
      's1 decode',
      's2 write',
    ]);
  });

  it('are found by the next run when the source was down', async () => {
    const { source, sync, names } = setUp();
    source.put('s1', { name: 's1' });
    const { get } = source.connector;
    source.connector.get = async () => {
      throw new ConnectorError({ code: 'ERR_NETWORK', category: 'transient', message: 'down' });
    };
    await expect(sync.refresh(['s1'])).rejects.toMatchObject({ code: 'ERR_NETWORK' });
    expect(await sync.runs(1)).toMatchObject([{ status: 'failed', errorCode: 'ERR_NETWORK' }]);
    source.connector.get = get;
    await sync.run();
    expect(names()).toEqual(['s1']);
  });

  it('cannot be asked for where the source has no get', async () => {
    const { sync } = setUp({ source: { capabilities: { get: false } } });
    await expect(sync.refresh(['s1'])).rejects.toMatchObject({
      code: 'ERR_UNSUPPORTED_OPERATION',
      message: expect.stringContaining('Use run()'),
    });
  });
});
