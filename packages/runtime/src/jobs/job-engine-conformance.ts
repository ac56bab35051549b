import { randomUUID } from 'node:crypto';
import { ConnectorError, type JsonValue } from '@common/connector-core';
import type { StateStore } from '@common/connector-sync';
import type { ScheduledData } from '../schedules/job-schedules.ts';
import type { Job, JobContext, JobEngine, JobHandler, WorkOptions } from './job-engine.ts';

/** An engine under test. */
export interface JobEngineUnderTest {
  readonly engine: JobEngine;
  /** The store whose transactions `within` takes. */
  readonly store: StateStore;
  /** A second engine on the same jobs, as another process has it. */
  another(): Promise<JobEngine>;
  /** Lets time pass, for waits of jobs and for schedules. */
  advance(milliseconds: number): Promise<void>;
  /** How many jobs workers have, as it is stored. */
  active(): Promise<number>;
  /** Milliseconds since the Unix epoch, as the engine has it. */
  now(): number;
  close(): Promise<void>;
}

/** What a test framework has to lend: vitest, jest and `node:test` with an assertion library fit. */
export interface JobEngineConformanceOptions {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void>) => void;
  readonly expect: (actual: unknown) => {
    toEqual(expected: unknown): void;
    toBeLessThanOrEqual(expected: number): void;
  };
  readonly create: () => Promise<JobEngineUnderTest>;
}

const queue = 'work';
const tenant = 'one';

/** What the runtime relies on, as tests. Every job engine must pass all of them. */
export function jobEngineConformance(options: JobEngineConformanceOptions): void {
  const { describe, it, expect, create } = options;

  const test = (name: string, body: (under: JobEngineUnderTest) => Promise<void>) =>
    it(name, async () => {
      const under = await create();
      try {
        await body(under);
      } finally {
        await under.close();
      }
    });

  describe('jobs', () => {
    test('are done once, with what they were given', async ({ engine }) => {
      const data: JsonValue = { text: 'ü€😀\u0000', list: [1, null, { a: true }] };
      const id = randomUUID();
      expect(await engine.enqueue([{ queue, tenant, data, id }])).toEqual([id]);
      await engine.enqueue([{ queue, tenant, data: null, id }]);
      await engine.enqueue([{ queue, tenant, data: 'last' }]);
      const seen = collect(engine);
      await seen.until(2);
      const [first] = seen.jobs.filter((job) => job.id === id);
      expect(first).toEqual({ id, queue, tenant, data, attempt: 1 });
      expect(seen.jobs.map((job) => job.data).includes(null)).toEqual(false);
    });

    test('are there if and only if their transaction commits', async ({ engine, store }) => {
      const add = (data: string, fails: boolean) =>
        store.transaction(async (state) => {
          await state.checkpoints.set({ tenant, flow: 'f' }, 'full', data);
          await engine.enqueue([{ queue, tenant, data }], { within: state });
          if (fails) throw new Error('test');
        });
      await engine.enqueue([{ queue: 'other', tenant, data: null }]);
      const seen = collect(engine);
      await add('lost', true).catch(() => undefined);
      await add('kept', false);
      await seen.until(1);
      expect(seen.jobs.map((job) => job.data)).toEqual(['kept']);
    });

    test('wait for their time', async ({ engine, advance, now }) => {
      const seen = collect(engine);
      await engine.enqueue([
        { queue, tenant, data: 'later', runAt: now() + 60_000 },
        { queue, tenant, data: 'now' },
      ]);
      await seen.until(1);
      expect(seen.jobs.map((job) => job.data)).toEqual(['now']);
      await advance(61_000);
      await seen.until(2);
      expect(seen.jobs.map((job) => job.data)).toEqual(['now', 'later']);
    });

    test('that fail come back, as often as they may', async (under) => {
      const { engine, advance } = under;
      const seen = collect(engine, async (under) => {
        const { attempt } = under;
        if (attempt < 3) throw new Error('test');
      });
      await engine.enqueue([{ queue, tenant, data: 'third time' }]);
      for (const tries of [1, 2, 3]) {
        await seen.until(tries);
        await idle(under);
        await advance(600_000);
      }
      expect(seen.jobs.map((job) => job.attempt)).toEqual([1, 2, 3]);
    });

    test('whose tries are used up do not come back', async (under) => {
      const { engine, advance } = under;
      const seen = collect(engine, async (under) => {
        const { data } = under;
        if (data === 'broken') throw new Error('test');
      });
      await engine.enqueue([{ queue, tenant, data: 'broken', attempts: 2 }]);
      await seen.until(1);
      await idle(under);
      await advance(600_000);
      await seen.until(2);
      await idle(under);
      await advance(3_600_000);
      await engine.enqueue([{ queue, tenant, data: 'next' }]);
      await seen.until(3);
      expect(seen.jobs.map((job) => job.data)).toEqual(['broken', 'broken', 'next']);
    });

    test('wait as long as an error asks for', async (under) => {
      const { engine, advance } = under;
      const seen = collect(engine, async (under) => {
        const { attempt } = under;
        if (attempt === 1) throw throttled(7_200_000);
      });
      await engine.enqueue([{ queue, tenant, data: 'slow' }]);
      await seen.until(1);
      await idle(under);
      await advance(7_000_000);
      await engine.enqueue([{ queue, tenant, data: 'between' }]);
      await seen.until(2);
      await advance(300_000);
      await seen.until(3);
      expect(seen.jobs.map((job) => job.data)).toEqual(['slow', 'between', 'slow']);
    });

    test('of a cancelled id are not begun, or told to stop', async (under) => {
      const { engine, advance, now } = under;
      const seen = collect(engine, (_, { signal }) => untilAborted(signal));
      const [waiting = '', running = ''] = await engine.enqueue([
        { queue, tenant, data: 'waiting', runAt: now() + 60_000 },
        { queue, tenant, data: 'running' },
      ]);
      await seen.until(1);
      expect(await engine.cancel({ queue, id: waiting })).toEqual(true);
      expect(await engine.cancel({ queue, id: running })).toEqual(true);
      expect(await engine.cancel({ queue, id: randomUUID() })).toEqual(false);
      await idle(under);
      await advance(600_000);
      await engine.enqueue([{ queue, tenant, data: 'end' }]);
      await seen.until(2);
      expect(seen.jobs.map((job) => job.data)).toEqual(['running', 'end']);
    });

    test('cancelled by another process are told to stop', async (under) => {
      const { engine, another } = under;
      const seen = collect(engine, async (_, context) => {
        while (!context.signal.aborted) {
          await turns(1);
          await context.heartbeat().catch(() => undefined);
        }
      });
      const other = await another();
      const [id = ''] = await engine.enqueue([{ queue, tenant, data: 'running' }]);
      await seen.until(1);
      await other.cancel({ queue, id });
      await idle(under);
      await other.close();
    });
  });

  describe('workers', () => {
    test('are shared fairly: a tenant with many jobs keeps nobody waiting', async ({ engine }) => {
      const many = Array.from({ length: 30 }, (_, n) => ({ queue, tenant: 'big', data: n }));
      await engine.enqueue(many);
      await engine.enqueue([{ queue, tenant: 'small', data: 'mine' }]);
      let together = 0;
      let most = 0;
      const seen = collect(
        engine,
        async (job) => {
          if (job.tenant !== 'big') return;
          together += 1;
          most = Math.max(most, together);
          await turns(3);
          together -= 1;
        },
        { concurrency: 3, tenantConcurrency: 2 },
      );
      await seen.until(31);
      expect(most).toBeLessThanOrEqual(2);
      expect(seen.jobs.findIndex((job) => job.tenant === 'small')).toBeLessThanOrEqual(6);
    });

    test('that close give back what they have, and nothing is lost', async ({
      engine,
      another,
    }) => {
      const first = collect(engine, (_, { signal }) => untilAborted(signal));
      await engine.enqueue([{ queue, tenant, data: 'unfinished' }]);
      await first.until(1);
      await first.worker.close();
      const second = collect(await another());
      await second.until(1);
      expect(second.jobs.map(({ data, attempt }) => ({ data, attempt }))).toEqual([
        { data: 'unfinished', attempt: 1 },
      ]);
    });

    test('share a queue: each job goes to one of them', async ({ engine, another }) => {
      const other = await another();
      const [one, two] = [collect(engine), collect(other)];
      await engine.enqueue(
        Array.from({ length: 40 }, (_, n) => ({ queue, tenant: `t${n % 7}`, data: n })),
      );
      while (one.jobs.length + two.jobs.length < 40) await turns(1);
      const done = [...one.jobs, ...two.jobs].map((job) => Number(job.data));
      expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
      await other.close();
    });

    test('work on a queue once per engine', async ({ engine }) => {
      collect(engine);
      let code = '';
      try {
        collect(engine);
      } catch (error) {
        code = (error as ConnectorError).code;
      }
      expect(code).toEqual('ERR_CONFIGURATION');
    });
  });

  describe('schedules', () => {
    test('bring one job at each time, however many watch', async (under) => {
      const { engine, another, advance } = under;
      const other = await another();
      const [one, two] = [collect(engine), collect(other)];
      await engine.schedules.set({ tenant, id: 's', queue, data: { a: 1 }, cron: '0 * * * *' });
      for (let hour = 1; hour <= 3; hour += 1) {
        await advance(3_600_000);
        while (one.jobs.length + two.jobs.length < hour) await turns(1);
      }
      await idle(under);
      const seen = [...one.jobs, ...two.jobs].map((job) => job.data as unknown as ScheduledData);
      expect(seen.map(({ schedule, data }) => ({ schedule, data }))).toEqual(
        Array.from({ length: 3 }, () => ({ schedule: 's', data: { a: 1 } })),
      );
      expect(new Set(seen.map(({ dueAt }) => dueAt)).size).toEqual(3);
      await other.close();
    });

    test('rest while they are paused, and end when they are removed', async (under) => {
      const { engine, advance } = under;
      const seen = collect(engine);
      const key = { tenant, id: 's' };
      await engine.schedules.set({ ...key, queue, data: null, cron: '0 * * * *' });
      await engine.schedules.setPaused(key, true);
      await advance(10 * 3_600_000);
      await engine.schedules.setPaused(key, false);
      await advance(3_600_000);
      await seen.until(1);
      await idle(under);
      expect(await engine.schedules.remove(key)).toEqual(true);
      await advance(10 * 3_600_000);
      await engine.enqueue([{ queue, tenant, data: 'end' }]);
      await seen.until(2);
      expect(seen.jobs.at(-1)?.data).toEqual('end');
    });
  });
}

/** Works on the queue, and remembers. */
function collect(
  engine: JobEngine,
  handler: (job: Job, context: JobContext) => Promise<void> = async () => undefined,
  options?: WorkOptions,
) {
  const jobs: Job[] = [];
  const remember: JobHandler = async (job, context) => {
    jobs.push(job);
    await handler(job, context);
  };
  return {
    jobs,
    worker: engine.work(queue, remember, options),
    async until(count: number): Promise<void> {
      while (jobs.length < count) await turns(1);
    },
  };
}

/** Nothing is under way, and what became of it is stored. */
async function idle(under: JobEngineUnderTest): Promise<void> {
  while ((await under.active()) > 0) await turns(1);
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 1);
    });
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

function throttled(retryAfterMs: number): ConnectorError {
  return new ConnectorError({
    code: 'ERR_RATE_LIMITED',
    category: 'rate-limit',
    retryAfterMs,
    message: 'test',
  });
}
