import type { WriteIdempotency } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import type { SyncTarget } from '../target/sync-target.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import {
  type MemoryConnectorOptions,
  memoryConnector,
  type WriteFault,
} from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';

const count = 10_000;

/** 10,000 creates, of which every fifth answer is lost after the write. */
function setUp(idempotency: WriteIdempotency, options: MemoryConnectorOptions = {}) {
  const source = memoryConnector({ id: 'a', pageSize: 500 });
  const store = memoryStore();
  const clock = fakeClock();
  const lost = new Set<string>();
  let creates = 0;
  const target = memoryConnector({
    id: 'b',
    ...options,
    capabilities: { idempotency, maxBatchSize: 100, ...options.capabilities },
    fault: (change): WriteFault | undefined => {
      if (change.op !== 'upsert' || change.key !== undefined) return undefined;
      const { name } = change.record as { readonly name: string };
      // The same request that is sent again is answered.
      if (lost.has(name)) return undefined;
      creates += 1;
      if (creates % 5 !== 0) return undefined;
      lost.add(name);
      return 'lost';
    },
  });
  for (let number = 0; number < count; number += 1) {
    source.put(`s${number}`, { name: `Item ${number}` });
  }
  const sync = createSync({
    id: 'flow',
    source: source.connector,
    target: target.connector,
    entity: 'item',
    store,
    clock,
    random: () => 0.5,
  });
  const names = () => [...target.live().values()].map(({ name }) => name);
  return { source, target, sync, names, lost };
}

describe('10,000 creates, 20 % of the answers lost after the write', () => {
  it.each([
    ['native', {}],
    ['external-reference', {}],
    // An upsert by the vendor's own external key.
    ['native', { capabilities: { idempotency: 'native', upsertBy: 'name' } }],
  ] as const)('are 10,000 objects: %s %j', async (idempotency, options) => {
    const { sync, names, lost } = setUp(idempotency, options);
    expect(await sync.run()).toMatchObject({ inserted: count, failed: 0 });
    expect(lost.size).toBe(count / 5);
    expect(names()).toHaveLength(count);
    expect(new Set(names()).size).toBe(count);
  });

  it('are 10,000 objects at a target that is written by our keys', async () => {
    const { source } = setUp('none');
    const rows = new Map<string, unknown>();
    let writes = 0;
    const target: SyncTarget = {
      idempotency: 'upsert',
      maxBatchSize: 100,
      async write(_entity, changes) {
        return changes.map(({ key = '', ...change }) => {
          writes += 1;
          rows.set(key, change);
          return writes % 5 === 0 && writes < count
            ? { status: 'unknown' as const, error: new Error('lost') }
            : { status: 'updated' as const, key };
        });
      },
    };
    const sync = createSync({
      id: 'table',
      source: source.connector,
      target,
      entity: 'item',
      store: memoryStore(),
      clock: fakeClock(),
      random: () => 0.5,
    });
    expect(await sync.run()).toMatchObject({ inserted: count, failed: 0 });
    expect(rows.size).toBe(count);
  });

  it('at a target that cannot tell: none is made twice, and each in doubt is named', async () => {
    const { sync, names, lost } = setUp('none');
    const doubtful = count / 5;
    expect(await sync.run()).toMatchObject({ inserted: count - doubtful, failed: doubtful });
    await sync.run({ mode: 'full' });
    expect(names()).toHaveLength(count);
    expect(new Set(names()).size).toBe(count);
    const letters = await sync.deadLetters.list({ limit: count });
    expect(new Set(letters.map(({ error }) => error.code))).toEqual(
      new Set(['ERR_OUTCOME_UNKNOWN']),
    );
    expect(new Set(letters.map(({ key }) => `Item ${key.slice(1)}`))).toEqual(lost);
  });
});
