import { describe, expect, it } from 'vitest';
import { createSync } from '../engine/create-sync.ts';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type Item, memoryConnector } from '../testing/memory-connector.ts';
import { type BothWaysOptions, bothWays } from './both-ways.ts';
import { costAnswer } from './cost-answer.ts';

describe('two systems that are kept the same', () => {
  const pair = (conflicts?: BothWaysOptions['conflicts']) => {
    const left = memoryConnector({ id: 'erp' });
    const right = memoryConnector({ id: 'hub' });
    const flows = bothWays({
      id: 'suppliers',
      left: left.connector,
      right: right.connector,
      entity: 'item',
      compare: ['name', 'quantity'],
      conflicts,
      store: memoryStore(),
      clock: fakeClock(),
    });
    const [toRight, toLeft] = [createSync(flows.toRight), createSync(flows.toLeft)];
    const both = async () => [await toRight.run(), await toLeft.run()];
    const values = () =>
      [left, right].map((side) => [...side.live().values()].map(({ name }) => name));
    return { left, right, toRight, both, values };
  };

  it('take over what either side makes and changes, and are quiet then', async () => {
    const { left, right, both, values } = pair();
    left.put('1', { name: 'of the ERP' });
    right.put('9', { name: 'of the hub' });
    await both();
    await both();
    expect(values().map((names) => names.sort())).toEqual([
      ['of the ERP', 'of the hub'],
      ['of the ERP', 'of the hub'],
    ]);
    expect(await both()).toMatchObject([
      { inserted: 0, updated: 0 },
      { inserted: 0, updated: 0 },
    ]);
  });

  it.each([
    ['left', ['L', 'L']],
    ['right', ['R', 'R']],
    [undefined, ['L', 'R']],
  ] as const)('a conflict goes to the side that is named: %s', async (conflicts, expected) => {
    const { left, right, toRight, both, values } = pair(conflicts);
    left.put('1', { name: 'A' });
    await both();
    left.put('1', { name: 'L' });
    const [key] = [...right.live().keys()];
    right.put(key ?? '', { name: 'R' });
    await both();
    expect(values().flat()).toEqual(expected);
    const held = (await toRight.deadLetters.list()).map(({ error }) => error.code);
    expect(held).toEqual(conflicts === undefined ? ['ERR_CONFLICT'] : []);
  });
});

describe('the answer to a cost system', () => {
  it('says what came in, what did not, and until when', async () => {
    const clock = fakeClock();
    const source = memoryConnector({ id: 'erp', undecodable: (key) => key === 'bad' });
    const run = (id: string) =>
      createSync<Item, Item>({
        id,
        source: source.connector,
        target: memoryConnector({ id }).connector,
        entity: 'item',
        store: memoryStore(),
        clock,
      }).run();
    for (const key of ['1', '2', 'bad']) source.put(key, { name: key });
    const commitments = await run('commitments');
    clock.advance(5000);
    const actuals = await run('actuals');
    expect(costAnswer([actuals, commitments])).toEqual({
      inserted: 4,
      updated: 0,
      errors: 2,
      synced_at: '2026-01-01T00:00:00.000Z',
    });
  });
});
