import { describe, expect, it } from 'vitest';
import { memoryStore } from '../state/memory-store.ts';
import { isProcessDead, processOwner } from '../state/process-owner.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type MemoryConnectorOptions, memoryConnector } from '../testing/memory-connector.ts';
import { createSync } from './create-sync.ts';

/** A promise and the power over it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

function setUp(target: MemoryConnectorOptions = {}) {
  const source = memoryConnector({ id: 'a' });
  const targetSystem = memoryConnector({ id: 'b', ...target });
  const store = memoryStore();
  const clock = fakeClock();
  const createRunner = (id = 'flow', space?: string) =>
    createSync({
      id,
      source: source.connector,
      target: targetSystem.connector,
      entity: 'item',
      store,
      clock,
      leaseMs: 60_000,
      ...(space === undefined ? {} : { link: { space, side: 'left' as const } }),
    });
  for (let number = 1; number <= 6; number += 1) source.put(`s${number}`, { name: `${number}` });
  return { source, target: targetSystem, store, clock, createRunner };
}

/** Lets the first write wait until the gate opens. */
function stopAtFirstWrite(world: ReturnType<typeof setUp>) {
  const reached = gate();
  const released = gate();
  const { connector } = world.target;
  const { write } = connector;
  let isFirst = true;
  connector.write = async (...call: Parameters<typeof write>) => {
    if (isFirst) {
      isFirst = false;
      reached.open();
      await released.opened;
    }
    return write(...call);
  };
  return { reached: reached.opened, release: released.open };
}

describe('two runners of one flow', () => {
  it('the second is refused while the first works', async () => {
    const world = setUp();
    const { reached, release } = stopAtFirstWrite(world);
    const first = world.createRunner().run();
    await reached;
    await expect(world.createRunner().run()).rejects.toMatchObject({
      code: 'ERR_FLOW_BUSY',
      category: 'conflict',
      retryable: true,
      message: expect.stringContaining('60 s'),
    });
    await expect(world.createRunner().deadLetters.replay()).rejects.toMatchObject({
      code: 'ERR_FLOW_BUSY',
    });
    release();
    expect(await first).toMatchObject({ inserted: 6 });
    expect(await world.createRunner().run()).toMatchObject({ read: 0 });
  });

  it('flows that share an identity map take turns too, others do not', async () => {
    const world = setUp();
    const { reached, release } = stopAtFirstWrite(world);
    const first = world.createRunner('one', 'pair').run();
    await reached;
    await expect(world.createRunner('two', 'pair').run()).rejects.toMatchObject({
      code: 'ERR_FLOW_BUSY',
    });
    await expect(world.createRunner('three').run()).resolves.toMatchObject({ inserted: 6 });
    release();
    await first;
  });
});

describe('a process that slept past its lease', () => {
  it('is refused when it wakes up, and nothing is doubled', async () => {
    const world = setUp({ capabilities: { idempotency: 'native' } });
    const { reached, release } = stopAtFirstWrite(world);
    const zombie = world.createRunner().run();
    await reached;
    world.clock.advance(61_000);
    expect(await world.createRunner().run()).toMatchObject({ inserted: 6, failed: 0 });
    release();
    await expect(zombie).rejects.toMatchObject({ code: 'ERR_LEASE_LOST', category: 'conflict' });
    expect(world.target.live().size).toBe(6);
    expect(await world.createRunner().run({ mode: 'full' })).toMatchObject({ unchanged: 6 });
  });

  it('goes on when nobody took over', async () => {
    const world = setUp();
    const { reached, release } = stopAtFirstWrite(world);
    const run = world.createRunner().run();
    await reached;
    world.clock.advance(61_000);
    release();
    expect(await run).toMatchObject({ inserted: 6 });
  });
});

describe('a process that was killed', () => {
  it('does not keep the flow from starting again at once', async () => {
    const world = setUp();
    const owner = processOwner().replace(/\|\d+\|/, '|999999999|');
    expect(isProcessDead(owner)).toBe(true);
    await world.store.transaction((state) =>
      state.leases.acquire({
        tenant: 'default',
        scope: 'flow:flow',
        owner,
        now: world.clock.now(),
        ttlMs: 60_000,
      }),
    );
    expect(await world.createRunner().run()).toMatchObject({ inserted: 6 });
  });

  it('is only taken for dead on its own machine', () => {
    expect(isProcessDead(processOwner())).toBe(false);
    expect(isProcessDead('another-machine~~|999999999|x')).toBe(false);
    expect(isProcessDead('')).toBe(false);
  });
});

describe('an abort', () => {
  it('stops inside a page; the next run goes on', async () => {
    const world = setUp();
    const controller = new AbortController();
    const { connector } = world.target;
    const { write } = connector;
    let writes = 0;
    connector.write = async (...call: Parameters<typeof write>) => {
      writes += 1;
      const results = await write(...call);
      if (writes === 2) controller.abort();
      return results;
    };
    const sync = world.createRunner();
    await expect(sync.run({ signal: controller.signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    expect(await sync.runs(1)).toMatchObject([{ status: 'aborted' }]);
    expect(world.target.live().size).toBeLessThan(6);
    expect(await sync.run()).toMatchObject({ failed: 0, resumed: true });
    expect(world.target.live().size).toBe(6);
  });

  it('before the start stops at once', async () => {
    const world = setUp();
    await expect(world.createRunner().run({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    expect(world.target.log).toEqual([]);
  });
});

describe('a source that fails', () => {
  it('ends the run with its error; the next run goes on behind the last page', async () => {
    const world = setUp();
    let reads = 0;
    const source = memoryConnector({
      id: 'a',
      onRead: () => {
        reads += 1;
        if (reads === 3) throw new Error('the network is down');
      },
    });
    for (let number = 1; number <= 9; number += 1) source.put(`s${number}`, { name: `${number}` });
    const sync = createSync({
      id: 'other',
      source: source.connector,
      target: world.target.connector,
      entity: 'item',
      store: world.store,
      clock: world.clock,
    });
    await expect(sync.run()).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
    expect(world.target.live().size).toBe(6);
    expect(await sync.run()).toMatchObject({ read: 3, inserted: 3, resumed: true });
  });
});
