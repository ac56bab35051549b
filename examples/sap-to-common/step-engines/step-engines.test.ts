import {
  type ChangePage,
  ConnectorError,
  defineConnector,
  type ErpRecord,
  type IErpConnector,
  type WriteChange,
} from '@common/connector-core';
import { createSync, memoryStore, type StateStore, type SyncTarget } from '@common/connector-sync';
import { describe, expect, it } from 'vitest';
import { type BullJob, bullProcessor } from './bull-processor.ts';
import type { FlowName, StepReport } from './page-step.ts';
import { temporalActivities } from './temporal-activities.ts';
import { syncWorkflow } from './temporal-workflow.ts';

interface Item extends ErpRecord {
  readonly name: string;
}

const name: FlowName = { tenant: 'acme', flow: 'items' };
const leaseMs = 60_000;

/** An ERP with so many pages of three records. */
function source(pages: number): IErpConnector<{ readonly item: Item }> {
  return defineConnector<{ readonly item: Item }>()({
    specificationVersion: 'v1',
    manifest: {
      ...{ id: 'erp', vendor: 'Test', version: '1.0.0', authMethods: [], settingsSchema: {} },
      links: { documentation: 'https://example.com' },
    },
    capabilities: {
      entities: {
        item: {
          ...{ list: false, get: false, create: false, update: false, delete: false },
          ...{ changes: 'timestamp', deletesVisible: true, idempotency: 'none' },
          ...{ filterable: [], maxPageSize: 3, maxBatchSize: 1 },
        },
      },
    },
    connect: async () => undefined,
    disconnect: async () => undefined,
    testConnection: async () => ({ ok: true, checks: [], latencyMs: 0 }),
    describe: async () => ({ entity: 'item', nativeName: 'item', key: [], fields: [] }),
    get: async () => undefined,
    async *list() {},
    async *changes(_entity, since): AsyncGenerator<ChangePage<Item>> {
      for (let page = Number(since?.page ?? 0); page < pages; page += 1) {
        const records = [1, 2, 3].map((number): Item => {
          const key = `${page}-${number}`;
          return { name: key, source: { system: 'erp', entity: 'item', key } };
        });
        yield {
          changes: records.map((record) => ({ op: 'upsert', record })),
          checkpoint: { page: page + 1 },
        };
      }
    },
  });
}

/** The other system: objects by idempotency key, and what happens behind a write. */
function hub() {
  const objects = new Map<string, string>();
  const state = { written: async (_signal?: AbortSignal) => {}, requests: 0 };
  const target: SyncTarget = {
    idempotency: 'native',
    maxBatchSize: 3,
    async write(_entity, changes: readonly WriteChange[], options) {
      options?.signal?.throwIfAborted();
      state.requests += 1;
      for (const { idempotencyKey = '', ...change } of changes) {
        objects.set(idempotencyKey, change.op === 'upsert' ? (change.record as Item).name : '');
      }
      await state.written(options?.signal);
      return changes.map(({ idempotencyKey = '' }) => ({ status: 'created', key: idempotencyKey }));
    },
  };
  return { objects, state, target };
}

/** Workers over one store. One that dies does nothing any more, not even let go of its lease. */
function world(pages: number) {
  let now = Date.UTC(2026, 0, 1);
  const clock = {
    now: () => now,
    async sleep(milliseconds: number) {
      now += milliseconds;
    },
  };
  const store = memoryStore();
  const system = hub();
  const worker = () => {
    let isDead = false;
    const { promise: death, reject } = Promise.withResolvers<never>();
    death.catch(() => undefined);
    const mortal: StateStore = {
      ...store,
      async transaction(work, options) {
        if (isDead) throw new Error('The process is dead.');
        return store.transaction(work, options);
      },
    };
    return {
      /** What its engine sees of it: its heartbeats do not come any more. */
      death,
      die(): Promise<void> {
        isDead = true;
        reject(new Error('No heartbeat.'));
        return new Promise(() => undefined);
      },
      syncOf: ({ tenant, flow }: FlowName) =>
        createSync<Item, Item>({
          ...{ id: flow, tenant, entity: 'item', store: mortal, clock, leaseMs },
          ...{ source: source(pages), target: system.target },
        }),
    };
  };
  const names = Array.from({ length: pages }, (_, page) => [1, 2, 3].map((n) => `${page}-${n}`));
  return {
    ...system,
    worker,
    clock,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    expectAllOnce: () => expect([...system.objects.values()]).toEqual(names.flat()),
  };
}

class Failure extends Error {
  readonly type: string;
  readonly nonRetryable: boolean;
  readonly nextRetryDelay: number | undefined;
  constructor(options: { message: string; type: string; nonRetryable: boolean; delay?: number }) {
    super(options.message);
    this.type = options.type;
    this.nonRetryable = options.nonRetryable;
    this.nextRetryDelay = options.delay;
  }
}

type World = ReturnType<typeof world>;
type Worker = ReturnType<World['worker']>;

/** An activity as Temporal's worker runs it; what becomes of it when the worker dies, its server says. */
function execute(worker: Worker, signal = new AbortController().signal): Promise<StepReport> {
  const { syncPage } = temporalActivities({
    syncOf: worker.syncOf,
    temporal: {
      context: () => ({ heartbeat() {}, cancellationSignal: signal }),
      failure: ({ nextRetryDelay, ...options }) =>
        new Failure({
          ...options,
          ...(nextRetryDelay === undefined ? {} : { delay: nextRetryDelay }),
        }),
    },
  });
  return Promise.race([syncPage(name), worker.death]);
}

/** Tries until it succeeds, after the delay that a failure asks for; gives up where it says so. */
async function retried(
  { pass }: World,
  attempt: (number: number) => Promise<StepReport>,
): Promise<StepReport> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt(number);
    } catch (error) {
      if (number > 20 || (error instanceof Failure && error.nonRetryable)) throw error;
      pass(error instanceof Failure ? (error.nextRetryDelay ?? 1000) : 1000);
    }
  }
}

/** Runs the workflow to its end; answers how many pages it asked for. */
async function runWorkflow(step: () => Promise<StepReport>): Promise<number> {
  let steps = 0;
  await syncWorkflow(name, {
    async syncPage() {
      steps += 1;
      return step();
    },
    async continueAsNew() {
      throw new Error('The history is not that long.');
    },
  });
  return steps;
}

describe('a page step as an activity', () => {
  it('is called until there is no more', async () => {
    const { worker, expectAllOnce } = world(5);
    expect(await runWorkflow(() => execute(worker()))).toBe(6);
    expectAllOnce();
  });

  it('may run more than once: each twice', async () => {
    const { worker, expectAllOnce } = world(5);
    await runWorkflow(async () => {
      await execute(worker());
      return execute(worker());
    });
    expectAllOnce();
  });

  it('whose worker dies behind a write is done by another, once its lease has ended', async () => {
    const here = world(4);
    const refused: string[] = [];
    await runWorkflow(() =>
      retried(here, async (number) => {
        const worker = here.worker();
        here.state.written = async () => (number === 1 ? worker.die() : undefined);
        return execute(worker).catch((error: unknown) => {
          if (error instanceof Failure) refused.push(error.type);
          throw error;
        });
      }),
    );
    here.expectAllOnce();
    // Each page was written once by the dead, asked for at once, and taken over when it was free.
    expect(refused).toEqual(new Array(4).fill('ERR_FLOW_BUSY'));
    expect(here.state.requests).toBe(8);
  });

  it('that takes too long is cut off, and done again', async () => {
    const here = world(3);
    await runWorkflow(() =>
      retried(here, async (number) => {
        const tooLong = new AbortController();
        here.state.written = (signal) =>
          number > 1
            ? Promise.resolve()
            : new Promise((_resolve, reject) => {
                signal?.addEventListener('abort', () => reject(signal.reason));
                tooLong.abort(new Error('startToCloseTimeout'));
              });
        return execute(here.worker(), tooLong.signal);
      }),
    );
    here.expectAllOnce();
    // It let go of its lease: nobody had to wait.
    expect(here.clock.now() - Date.UTC(2026, 0, 1)).toBeLessThan(leaseMs);
  });

  it('refuses a second execution while the first one works', async () => {
    const { worker, state, expectAllOnce } = world(2);
    const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    state.written = async () => {
      reached.resolve();
      await released.promise;
    };
    const first = execute(worker());
    await reached.promise;
    await expect(execute(worker())).rejects.toMatchObject({
      type: 'ERR_FLOW_BUSY',
      nonRetryable: false,
      nextRetryDelay: leaseMs,
    });
    released.resolve();
    expect(await first).toMatchObject({ read: 3, hasMore: true });
    await runWorkflow(() => execute(worker()));
    expectAllOnce();
  });

  it('refuses one that slept past its lease while another went on', async () => {
    const { worker, state, pass, expectAllOnce } = world(2);
    const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    state.written = async () => {
      reached.resolve();
      await released.promise;
    };
    const sleeper = execute(worker());
    await reached.promise;
    state.written = async () => {};
    pass(leaseMs + 1);
    await runWorkflow(() => execute(worker()));
    released.resolve();
    await expect(sleeper).rejects.toMatchObject({ type: 'ERR_LEASE_LOST', nonRetryable: false });
    expectAllOnce();
  });

  it('is not tried again where that does not help', async () => {
    const here = world(1);
    const { target } = here;
    target.write = async () => {
      throw new ConnectorError({
        code: 'ERR_AUTHENTICATION_FAILED',
        category: 'authentication',
        message: 'The password has been changed. Update the connection.',
      });
    };
    let attempts = 0;
    const step = retried(here, () => {
      attempts += 1;
      return execute(here.worker());
    });
    await expect(step).rejects.toMatchObject({
      type: 'ERR_AUTHENTICATION_FAILED',
      message: expect.stringContaining('Update the connection'),
    });
    expect(attempts).toBe(1);
  });
});

class Delayed extends Error {}
class Unrecoverable extends Error {}

/** A queue of one job, as BullMQ's worker has it. */
async function work(here: World, process: (job: BullJob) => Promise<StepReport>) {
  const seen = { turns: 0, attempts: 0, waitedMs: 0, read: 0 };
  for (;;) {
    seen.turns += 1;
    const job: BullJob = {
      data: name,
      async updateProgress(progress) {
        seen.read += (progress as StepReport).read;
      },
      async moveToDelayed(timestamp) {
        seen.waitedMs += timestamp - here.clock.now();
        here.pass(timestamp - here.clock.now());
      },
    };
    try {
      await process(job);
      return seen;
    } catch (error) {
      if (error instanceof Unrecoverable) throw error;
      if (!(error instanceof Delayed)) seen.attempts += 1;
      if (seen.turns > 50) throw error;
    }
  }
}

const processorOf = (here: World, worker: Worker) =>
  bullProcessor({
    syncOf: worker.syncOf,
    delayed: () => new Delayed(),
    unrecoverable: (message) => new Unrecoverable(message),
    now: here.clock.now,
  });

describe('page steps in a job of a queue', () => {
  it('give others their turn, and go on until there is no more', async () => {
    const here = world(25);
    const seen = await work(here, (job) => processorOf(here, here.worker())(job, 'token'));
    expect(seen).toEqual({ turns: 3, attempts: 0, waitedMs: 0, read: 75 });
    here.expectAllOnce();
  });

  it('wait for the lease of a worker that died, and that is no attempt', async () => {
    const here = world(3);
    let turn = 0;
    const seen = await work(here, (job) => {
      turn += 1;
      const worker = here.worker();
      const isFirst = turn === 1;
      here.state.written = async () => (isFirst ? worker.die() : undefined);
      // Of a dead worker the queue learns by its lock, which is not renewed: the job is stalled.
      return Promise.race([processorOf(here, worker)(job, 'token'), worker.death]);
    });
    expect(seen).toMatchObject({ turns: 3, attempts: 1, waitedMs: leaseMs });
    here.expectAllOnce();
  });

  it('end for good where trying again does not help', async () => {
    const here = world(1);
    here.target.write = async () => {
      throw new ConnectorError({
        code: 'ERR_AUTHENTICATION_FAILED',
        category: 'authentication',
        message: 'The password has been changed.',
      });
    };
    await expect(
      work(here, (job) => processorOf(here, here.worker())(job, 'token')),
    ).rejects.toThrow('ERR_AUTHENTICATION_FAILED');
  });
});
