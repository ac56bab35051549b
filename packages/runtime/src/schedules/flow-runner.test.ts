import { ConnectorError, manualClock } from '@common/connector-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobEngine } from '../jobs/job-engine.ts';
import { databaseOf, sqlJobEngine } from '../jobs/sql-job-engine.ts';
import type { SqlStore } from '../sql-store.ts';
import { sqliteStore } from '../sqlite-store.ts';
import {
  createFlowRunner,
  type FlowFactory,
  type FlowRunner,
  type FlowRunnerOptions,
} from './flow-runner.ts';

const clock = manualClock();
const flow = { tenant: 'acme', connection: 'sap', flow: 'catalogue' };
const minute = 60_000;
const hour = 60 * minute;

let store: SqlStore;
let engine: JobEngine;
let open: FlowRunner[];
beforeEach(() => {
  store = sqliteStore({ path: ':memory:' });
  engine = newEngine();
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((runner) => runner.close()));
  await engine.close();
  await store.close();
});

function newEngine(pollMs = minute / 2): JobEngine {
  return sqlJobEngine({ store, clock, pollMs, random: () => 1 });
}

function start(catalogue: FlowFactory, options: Partial<FlowRunnerOptions> = {}): FlowRunner {
  const flows = { catalogue };
  const runner = createFlowRunner({ store, engine, flows, clock, random: () => 1, ...options });
  runner.start();
  open.push(runner);
  return runner;
}

/** Waits, in turns of the event loop, until something is so. */
async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}

const statuses = async (runner: FlowRunner) =>
  (await runner.history(flow)).map(({ status }) => status);

const untilStatus = (runner: FlowRunner, status: string) =>
  until(async () => (await statuses(runner))[0] === status);

/** A flow whose runs end when the test says so. */
function heldFlow() {
  const ends: ((result: unknown) => void)[] = [];
  const signals: AbortSignal[] = [];
  const factory: FlowFactory = ({ signal: created }) => ({
    run: ({ signal }) => {
      expect(created).toBe(signal);
      signals.push(signal);
      return new Promise((resolve, reject) => {
        ends.push(resolve);
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    },
  });
  return { factory, ends, signals };
}

describe('a flow by hand', () => {
  it('runs, and its history says how it went', async () => {
    const ended: unknown[] = [];
    const runner = start(
      ({ tenant, connection }) => ({
        async run(options) {
          expect({ tenant, connection, mode: (options as { mode?: string }).mode }).toEqual({
            tenant: 'acme',
            connection: 'sap',
            mode: 'full',
          });
          await clock.sleep(2000);
          return { runId: 'r', inserted: 3, updated: 1, failed: 0 };
        },
      }),
      { onEnd: (run) => void ended.push(run.status) },
    );
    const { id } = await runner.run({ ...flow, options: { mode: 'full' } });
    await until(() => clock.sleeping > 0);
    await until(async () => (await runner.get({ tenant: 'acme', id }))?.status === 'running');
    await clock.advance(2000);
    await untilStatus(runner, 'done');
    expect(await runner.get({ tenant: 'acme', id })).toMatchObject({
      ...flow,
      cause: 'manual',
      attempt: 1,
      durationMs: 2000,
      counts: { inserted: 3, updated: 1, failed: 0 },
      errorCode: undefined,
    });
    expect(ended).toEqual(['done']);
    expect(await runner.get({ tenant: 'other', id })).toBeUndefined();
  });

  it('has one active run: the next waits for it, and a third is the second', async () => {
    const held = heldFlow();
    const runner = start(held.factory);
    await runner.run(flow);
    await until(() => held.ends.length === 1);
    const second = await runner.run(flow);
    const third = await runner.run(flow);
    expect(third.id).toBe(second.id);
    await clock.advance(10 * minute);
    expect(held.ends).toHaveLength(1);
    held.ends[0]?.({});
    await until(() => held.ends.length === 2);
    held.ends[1]?.({});
    await until(async () => (await statuses(runner)).join() === 'done,done');
  });

  it('of another connection does not wait', async () => {
    const held = heldFlow();
    const runner = start(held.factory);
    await runner.run(flow);
    await runner.run({ ...flow, connection: 'sap-2' });
    await until(() => held.ends.length === 2);
  });

  it('is queued if and only if the transaction commits', async () => {
    const runner = start(() => ({ run: async () => ({}) }));
    const order = (fails: boolean) =>
      store.transaction(async (state) => {
        await runner.run(flow, { within: state });
        if (fails) throw new Error('test');
      });
    await order(true).catch(() => undefined);
    expect(await runner.history(flow)).toEqual([]);
    await order(false);
    await untilStatus(runner, 'done');
  });

  it('needs names', async () => {
    const runner = start(() => ({ run: async () => ({}) }));
    await expect(runner.run({ ...flow, connection: '' })).rejects.toThrow(
      'The connection of a flow',
    );
  });
});

describe('a run that fails', () => {
  const transient = () =>
    new ConnectorError({ code: 'ERR_TRANSIENT', category: 'transient', message: 'busy' });

  it('is tried again with growing waits while the reason may pass', async () => {
    const tries: number[] = [];
    const runner = start(() => ({
      async run() {
        tries.push(clock.now());
        if (tries.length < 4) throw transient();
        return { inserted: 1 };
      },
    }));
    await runner.run(flow);
    for (const [index, waitMs] of [30_000, 60_000, 120_000].entries()) {
      await until(() => tries.length === index + 1);
      await untilStatus(runner, 'queued');
      await clock.advance(waitMs - 1);
      expect(tries).toHaveLength(index + 1);
      await clock.advance(1);
    }
    await untilStatus(runner, 'done');
    const [run] = await runner.history(flow);
    expect(run).toMatchObject({ attempt: 4, counts: { inserted: 1 }, errorCode: undefined });
  });

  it.each([
    [120_000, 120_000],
    [365 * 24 * hour, 24 * hour],
  ])('waits as long as the vendor asks, a day at most: %i', async (retryAfterMs, waitMs) => {
    const runner = start(() => ({
      run: async () => {
        throw transient().with({ retryAfterMs });
      },
    }));
    await runner.run(flow);
    await until(async () => (await runner.history(flow))[0]?.attempt === 1);
    await untilStatus(runner, 'queued');
    expect((await runner.history(flow))[0]?.nextAt).toBe(clock.now() + waitMs);
  });

  it('has failed when its tries are used up, and the next run begins anew', async () => {
    const runner = start(
      () => ({
        run: async () => {
          throw transient();
        },
      }),
      { retry: { attempts: 2, baseMs: 1000 } },
    );
    await runner.run(flow);
    await untilStatus(runner, 'queued');
    await clock.advance(5 * minute);
    await untilStatus(runner, 'failed');
    expect((await runner.history(flow))[0]).toMatchObject({
      attempt: 2,
      errorCode: 'ERR_TRANSIENT',
    });
    await runner.run(flow);
    await until(async () => (await runner.history(flow)).length === 2);
  });

  it('for a reason that stays is not tried again', async () => {
    const runner = start(() => {
      throw new ConnectorError({
        code: 'ERR_AUTHENTICATION_FAILED',
        category: 'authentication',
        message: 'token=abc123secret was refused',
      });
    });
    await runner.run(flow);
    await untilStatus(runner, 'failed');
    const [run] = await runner.history(flow);
    expect(run).toMatchObject({ attempt: 1, errorCode: 'ERR_AUTHENTICATION_FAILED' });
    expect(run?.errorMessage).not.toContain('abc123secret');
  });

  it('and waits is begun at once by hand', async () => {
    let count = 0;
    const runner = start(() => ({
      async run() {
        count += 1;
        if (count === 1) throw transient();
        return {};
      },
    }));
    const first = await runner.run(flow);
    await untilStatus(runner, 'queued');
    await until(async () => (await runner.history(flow))[0]?.attempt === 1);
    expect((await runner.run(flow)).id).toBe(first.id);
    await untilStatus(runner, 'done');
  });

  it('of a flow that this process does not know says so', async () => {
    const runner = start(() => ({ run: async () => ({}) }));
    await runner.run({ ...flow, flow: 'toString' });
    const other = { ...flow, flow: 'toString' };
    await until(async () => (await runner.history(other))[0]?.status === 'failed');
    expect((await runner.history(other))[0]?.errorMessage).toContain(
      'No flow "toString" is registered in this process; it has catalogue.',
    );
  });
});

describe('a cancelled run', () => {
  it('is told by its signal, and is no failure', async () => {
    const held = heldFlow();
    const runner = start(held.factory);
    const { id } = await runner.run(flow);
    await until(() => held.signals.length === 1);
    await runner.cancel({ tenant: 'acme', id });
    await untilStatus(runner, 'cancelled');
    expect(held.signals[0]?.aborted).toBe(true);
  });

  it('is told in another process too', async () => {
    const held = heldFlow();
    const runner = start(held.factory);
    const elsewhere = createFlowRunner({ store, engine: newEngine(), flows: {}, clock });
    const { id } = await runner.run(flow);
    await until(() => held.signals.length === 1);
    expect((await elsewhere.cancel({ tenant: 'acme', id })).status).toBe('running');
    await clock.advance(6000);
    await untilStatus(runner, 'cancelled');
  });

  it('that fails before it hears of it is not tried again', async () => {
    const fails: ((error: Error) => void)[] = [];
    const runner = start(() => ({ run: () => new Promise((_, reject) => fails.push(reject)) }));
    const elsewhere = createFlowRunner({ store, engine: newEngine(), flows: {}, clock });
    const { id } = await runner.run(flow);
    await until(() => fails.length === 1);
    await elsewhere.cancel({ tenant: 'acme', id });
    fails[0]?.(new ConnectorError({ code: 'ERR_TRANSIENT', category: 'transient', message: '' }));
    await until(async () => (await statuses(runner))[0] !== 'running');
    expect(await statuses(runner)).toEqual(['cancelled']);
  });

  it('whose worker closes before it hears of it is not given to another', async () => {
    const held = heldFlow();
    const ended: string[] = [];
    const runner = start(held.factory, { onEnd: ({ status }) => void ended.push(status) });
    const elsewhere = createFlowRunner({ store, engine: newEngine(), flows: {}, clock });
    const { id } = await runner.run(flow);
    await until(() => held.signals.length === 1);
    await elsewhere.cancel({ tenant: 'acme', id });
    await runner.close();
    expect(await statuses(elsewhere)).toEqual(['cancelled']);
    expect(ended).toEqual(['cancelled']);
  });

  it('that waits is not begun', async () => {
    const held = heldFlow();
    const runner = start(held.factory);
    await runner.run(flow);
    await until(() => held.ends.length === 1);
    const second = await runner.run(flow);
    expect((await runner.cancel({ tenant: 'acme', id: second.id })).status).toBe('cancelled');
    held.ends[0]?.({});
    await until(async () => (await statuses(runner)).includes('done'));
    await clock.advance(hour);
    expect(held.ends).toHaveLength(1);
  });

  it('is only cancelled by its tenant', async () => {
    const held = heldFlow();
    const runner = start(held.factory);
    const { id } = await runner.run(flow);
    await expect(runner.cancel({ tenant: 'other', id })).rejects.toThrow('has no run');
    expect(held.signals.some((signal) => signal.aborted)).toBe(false);
  });
});

describe('a schedule', () => {
  it('runs the flow at its times, in its time zone', async () => {
    engine = newEngine(10 * minute);
    const runner = start(() => ({ run: async () => ({}) }));
    await runner.schedule({ ...flow, cron: '0 6 * * *', timeZone: 'Asia/Tokyo' });
    await clock.advance(48 * hour);
    await until(async () => (await statuses(runner)).join() === 'done,done');
    const runs = await runner.history(flow);
    expect(runs.map(({ dueAt, cause }) => [new Date(dueAt).getUTCHours(), cause])).toEqual([
      [21, 'schedule'],
      [21, 'schedule'],
    ]);
  });

  it('goes on when the clock was far ahead and is put right', async () => {
    let aheadMs = 240 * hour;
    const wrong = { ...clock, now: () => clock.now() + aheadMs };
    engine = sqlJobEngine({ store, clock: wrong, pollMs: minute / 2 });
    const runner = start(() => ({ run: async () => ({}) }), { clock: wrong });
    await runner.schedule({ ...flow, cron: '0 * * * *' });
    await clock.advance(hour);
    await untilStatus(runner, 'done');
    aheadMs = 0;
    await clock.advance(hour);
    await until(async () => (await statuses(runner)).join() === 'done,done');
  });

  it('goes on when the clock was put right while nobody watched, once it is set again', async () => {
    const ahead = { ...clock, now: () => clock.now() + 240 * hour };
    const schedule = { ...flow, cron: '0 * * * *' };
    const wrong = sqlJobEngine({ store, clock: ahead });
    await createFlowRunner({ store, engine: wrong, flows: {}, clock: ahead }).schedule(schedule);
    const right = createFlowRunner({ store, engine, flows: {}, clock });
    const { nextAt } = await right.schedule(schedule);
    expect(nextAt).toBeLessThanOrEqual(clock.now() + hour);
  });

  it('runs no time twice when the clock is put back a little', async () => {
    let aheadMs = 0;
    const shaky = { ...clock, now: () => clock.now() + aheadMs };
    engine = sqlJobEngine({ store, clock: shaky, pollMs: minute / 2 });
    const runner = start(() => ({ run: async () => ({}) }), { clock: shaky });
    await runner.schedule({ ...flow, cron: '0 * * * *' });
    await clock.advance(hour);
    await untilStatus(runner, 'done');
    aheadMs = -10 * minute;
    await clock.advance(30 * minute);
    expect(await statuses(runner)).toEqual(['done']);
  });

  it('does not pile up runs behind one that takes long', async () => {
    const held = heldFlow();
    const runner = start(held.factory);
    await runner.schedule({ ...flow, cron: '* * * * *' });
    await clock.advance(30 * minute);
    await until(async () => (await statuses(runner)).join() === 'queued,running');
    await runner.pause(flow);
    held.ends[0]?.({});
    await until(() => held.ends.length === 2);
  });

  it('paused brings no runs; resumed it goes on with the next time', async () => {
    const runner = start(() => ({ run: async () => ({}) }));
    await runner.schedule({ ...flow, cron: '0 * * * *' });
    await runner.pause(flow);
    await clock.advance(5 * hour);
    expect(await runner.history(flow)).toEqual([]);
    await runner.resume(flow);
    await clock.advance(hour);
    await until(async () => (await statuses(runner)).join() === 'done');
    expect((await runner.schedules('acme'))[0]).toMatchObject({ cron: '0 * * * *', paused: false });
    expect(await runner.unschedule(flow)).toBe(true);
    expect(await runner.schedules('acme')).toEqual([]);
  });

  it('keeps a connection in use, as does a run', async () => {
    const held = heldFlow();
    const runner = start(held.factory);
    await runner.schedule({ ...flow, cron: '0 6 * * *' });
    const connection = { tenant: 'acme', code: 'sap' };
    expect(await store.transaction((state) => runner.usedBy(connection, state))).toEqual([
      'the schedule of the flow catalogue (0 6 * * *, UTC)',
    ]);
    expect(await runner.usedBy({ ...connection, code: 'other' })).toEqual([]);
    expect(await runner.usedBy({ ...connection, tenant: 'other' })).toEqual([]);
    await runner.pause(flow);
    expect(await runner.usedBy(connection)).toEqual([]);
    const { id } = await runner.run(flow);
    expect(await runner.usedBy(connection)).toEqual([`the run ${id} of the flow catalogue`]);
  });
});

describe('a worker that closes', () => {
  it('gives its run to the next, which counts it as the same try', async () => {
    const held = heldFlow();
    const first = start(held.factory);
    await first.run(flow);
    await until(() => held.signals.length === 1);
    await first.close();
    expect((await first.history(flow))[0]).toMatchObject({ status: 'queued', attempt: 0 });
    const second = start(() => ({ run: async () => ({ inserted: 1 }) }));
    await untilStatus(second, 'done');
    expect((await second.history(flow))[0]).toMatchObject({ attempt: 1, counts: { inserted: 1 } });
  });
});

describe('a run whose process died', () => {
  /** A worker began it, and was never heard of again. */
  async function dead(values: { readonly interruptions?: number; readonly cancelled?: number }) {
    const orders = createFlowRunner({ store, engine, flows: {}, clock });
    await orders.run(flow);
    await store.transaction(async (state) => {
      await databaseOf(state)
        .updateTable('flow_run')
        .set({ status: 'running', attempt: 1, ...values })
        .execute();
    });
  }

  it('goes on as the same try', async () => {
    await dead({ interruptions: 3 });
    const runner = start(() => ({ run: async () => ({}) }));
    await untilStatus(runner, 'done');
    expect((await runner.history(flow))[0]).toMatchObject({ attempt: 1, interruptions: 4 });
  });

  it.each([
    ['cancelled', { cancelled: 1 }, undefined],
    ['failed', { interruptions: 99 }, 'ERR_RUN_INTERRUPTED'],
  ])('has %s in the end: %j, and that is told', async (status, values, errorCode) => {
    await dead(values);
    const ended: unknown[] = [];
    let count = 0;
    const runner = start(
      () => ({
        async run() {
          count += 1;
        },
      }),
      { onEnd: (run) => void ended.push([run.status, run.errorCode]) },
    );
    await until(() => ended.length > 0);
    expect(ended).toEqual([[status, errorCode]]);
    expect(await statuses(runner)).toEqual([status]);
    expect(count).toBe(0);
  });
});

describe('a run whose jobs are gone, as after a restore or a move to another engine', () => {
  it('is found and begun', async () => {
    const orders = createFlowRunner({ store, engine, flows: {}, clock });
    const { id } = await orders.run(flow);
    await store.transaction(async (state) => {
      await databaseOf(state).deleteFrom('job').execute();
    });
    const runner = start(() => ({ run: async () => ({}) }));
    await clock.advance(3 * minute);
    await until(async () => (await runner.get({ tenant: 'acme', id }))?.status === 'done');
  });
});
