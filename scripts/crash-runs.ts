import {
  type CrashEngine,
  flowNames,
  idempotencyOf,
  type VendorEvent,
  type WorkerReport,
} from './crash-messages.ts';
import type { CrashStore } from './crash-stores.ts';
import { type CrashWorker, type CrashWorld, openCrashWorld } from './crash-world.ts';
import { seededRandom } from './storm-random.ts';

/** What came of a run. */
export interface CrashRun {
  readonly store: CrashStore['name'];
  readonly engine: CrashEngine;
  readonly workers: number;
  readonly flows: number;
  readonly records: number;
  /** Processes ended by SIGKILL. */
  readonly kills: number;
  /** Crashes of the database. */
  readonly restarts: number;
  /** Processes that were stopped past their lease and woken when another had done their work. */
  readonly zombies: number;
  /** Of those, the ones that were told so. Each has to be. */
  readonly refused: number;
  /** Requests to the vendors that were answered 429 or 503, or reset before or after their effect. */
  readonly faults: number;
  /** Records that the source changed, added or removed while it was read. */
  readonly changed: number;
  /** By the vendors' own state, as `doubled`. See `Verdict`. */
  readonly lost: number;
  readonly doubled: number;
  /** Flows of which no run came to its end after the last kill. */
  readonly stuck: number;
  readonly seconds: number;
  readonly seed: number;
  /** The first failures, for the reader. */
  readonly errors: readonly string[];
  readonly pass: boolean;
}

export interface CrashRunOptions {
  readonly store: CrashStore;
  readonly records: number;
  readonly seed: number;
  readonly progress: (text: string) => void;
  readonly isForgetful?: boolean;
  /** @default 0.05 */
  readonly faultRate?: number;
}

/** Without any effect for so long, a flow is stuck. */
const patienceMs = 60_000;

/** What both kinds of run share: the vendors, the time, failures, and the judgement at the end. */
async function inWorld(
  options: CrashRunOptions & {
    readonly flows: number;
    readonly leaseMs: number;
    readonly isHolding?: boolean;
    readonly engine: CrashEngine;
    readonly onEvent: (event: VendorEvent) => void;
  },
  work: (context: {
    readonly world: CrashWorld;
    readonly fail: (error: string) => void;
  }) => Promise<Pick<CrashRun, 'workers' | 'kills' | 'restarts' | 'zombies' | 'refused' | 'stuck'>>,
): Promise<CrashRun> {
  const {
    store,
    records,
    seed,
    progress,
    isForgetful = false,
    faultRate = 0.05,
    isHolding = false,
    leaseMs,
    onEvent,
  } = options;
  const startedAt = Date.now();
  const errors: string[] = [];
  const fail = (error: string): void => void errors.push(error);
  const flows = flowNames(options.flows);
  const place = await store.place();
  const world = await openCrashWorld({
    vendor: { flows, records, seed, faultRate, isForgetful, isHolding },
    worker: { ...place, leaseMs, engine: options.engine, restsWhenRefused: isHolding },
    onEvent,
  });
  try {
    const done = await work({ world, fail });
    await world.act('settle');
    progress('the last run, nobody is killed');
    await finish(world, fail);
    const { lost, doubled, changed, faults, examples } = await world.verdict();
    return {
      store: store.name,
      engine: options.engine,
      flows: flows.length,
      records,
      ...done,
      faults,
      changed,
      lost,
      doubled,
      seconds: Math.round((Date.now() - startedAt) / 100) / 10,
      seed,
      errors: [...errors, ...examples].slice(0, 10),
      pass:
        lost === 0 &&
        doubled === 0 &&
        done.stuck === 0 &&
        done.refused === done.zombies &&
        errors.length === 0,
    };
  } finally {
    await world.close();
  }
}

/** One more process, that nobody kills: it runs every flow to its end. */
async function finish(world: CrashWorld, fail: (error: string) => void): Promise<void> {
  const worker = world.startWorker({ first: 0, isLast: true }, (report, self) => {
    if (report.kind === 'ready') self.tell('go');
    else if (report.kind === 'failure') fail(report.error);
  });
  await worker.ended;
}

/** For each worker. The flow of a worker of pg-boss that died waits for ten seconds: others go on. */
const flowsOf = { 'in-process': 2, leases: 2, 'pg-boss': 4 };

/** Kills processes at any moment, spread over the work; and the database, every `restartMs`. */
export async function killRun(
  options: CrashRunOptions & {
    readonly engine: CrashEngine;
    readonly workers: number;
    readonly kills: number;
    readonly restartMs?: number;
  },
): Promise<CrashRun> {
  const { engine, workers, records, kills, seed, progress, store, restartMs } = options;
  const random = seededRandom(seed);
  const flows = flowsOf[engine] * workers;
  const active = new Set<CrashWorker>();
  const ranSince = new Set<string>();
  const ended: Record<string, number> = {};
  const { promise: finished, resolve, reject } = Promise.withResolvers<void>();
  let spare: CrashWorker | undefined;
  let isSpareReady = false;
  let started = 0;
  let killed = 0;
  let planned = 0;
  let restarts = 0;
  let isOver = false;
  let lastAt = Date.now();
  let world: CrashWorld | undefined;
  let fail: (error: string) => void = () => undefined;

  function onReport(report: WorkerReport, worker: CrashWorker): void {
    if (report.kind === 'ready') {
      if (active.has(worker)) worker.tell('go');
      else if (worker === spare) isSpareReady = true;
    } else if (report.kind === 'ended') ended[report.code] = (ended[report.code] ?? 0) + 1;
    else if (report.kind === 'ran') {
      lastAt = Date.now();
      if (killed < kills) return;
      ranSince.add(report.flow);
      if (ranSince.size === flows) resolve();
    } else if (report.kind === 'failure') {
      fail(report.error);
      reject(new Error(report.error));
    }
  }

  const start = (): CrashWorker | undefined => {
    const first = started % flows;
    started += 1;
    return world?.startWorker({ first, isLast: false }, onReport);
  };

  /** The spare one takes its place at once, loaded already: time is for syncing, not for starting. */
  function replace(): void {
    if (spare !== undefined) {
      active.add(spare);
      if (isSpareReady) spare.tell('go');
    }
    isSpareReady = false;
    spare = start();
  }

  function kill(): void {
    const worker = [...active][Math.floor(random() * active.size)];
    if (worker === undefined || isOver) return;
    active.delete(worker);
    worker.signal('SIGKILL');
    killed += 1;
    if (killed % 10 === 0) progress(`${killed} kills`);
    replace();
  }

  /** Every fifth is one of a pair: the second hits whoever takes up what the first has left. */
  function onEvent(event: VendorEvent): void {
    if (event.kind !== 'written') return;
    lastAt = Date.now();
    while (planned < kills && event.effects >= ((planned + 1) * records * 0.95) / (kills + 1)) {
      planned += 1;
      setTimeout(kill, random() * 30);
      if (planned % 5 !== 0 || planned >= kills) continue;
      planned += 1;
      setTimeout(kill, 40 + random() * 150);
    }
  }

  async function restartDatabase(): Promise<void> {
    while (!isOver && restartMs !== undefined && store.restart !== undefined) {
      await new Promise((go) => setTimeout(go, restartMs * (0.5 + random())));
      if (isOver || killed >= kills) return;
      await store.restart();
      restarts += 1;
    }
  }

  return inWorld({ ...options, flows, leaseMs: 60_000, onEvent }, async (context) => {
    world = context.world;
    fail = context.fail;
    const watch = setInterval(() => {
      if (Date.now() - lastAt < patienceMs) return;
      reject(new Error(`Nothing happens any more. Ends of runs: ${JSON.stringify(ended)}`));
    }, 1000);
    const restarting = restartDatabase();
    try {
      for (let index = 0; index < workers; index += 1) {
        const worker = start();
        if (worker !== undefined) active.add(worker);
      }
      spare = start();
      await finished;
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    } finally {
      isOver = true;
      clearInterval(watch);
      await restarting;
      const all = [...active, ...(spare === undefined ? [] : [spare])];
      for (const worker of all) worker.signal('SIGKILL');
      await Promise.all(all.map((worker) => worker.ended));
    }
    progress(`${killed} kills, ${restarts} restarts, ends of runs: ${JSON.stringify(ended)}`);
    const stuck = flows - ranSince.size;
    return { workers, kills: killed, restarts, zombies: 0, refused: 0, stuck };
  });
}

/**
 * A process is stopped in the middle of a page, past its lease; another takes over and does its work;
 * then it wakes up. Each flow has one.
 */
export async function zombieRun(
  options: CrashRunOptions & { readonly zombies: number },
): Promise<CrashRun> {
  const { zombies, seed, progress } = options;
  const random = seededRandom(seed);
  const waiting = new Set<{ matches: (what: object) => boolean; resolve: () => void }>();
  const heard = (what: object): void => {
    for (const one of waiting) {
      if (!one.matches(what)) continue;
      waiting.delete(one);
      one.resolve();
    }
  };
  const until = <What extends object>(matches: (what: What) => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('Nothing happens any more.')), patienceMs);
      waiting.add({
        matches: (what) => matches(what as What),
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      });
    });
  const wait = (milliseconds: number) => new Promise((go) => setTimeout(go, milliseconds));

  const sizes = {
    ...options,
    flows: zombies,
    leaseMs: 2000,
    isHolding: true,
    engine: 'in-process',
  } as const;
  return inWorld({ ...sizes, onEvent: heard }, async ({ world, fail }) => {
    type Heard = WorkerReport & { readonly pid: number };
    const onReport = (report: WorkerReport, worker: CrashWorker): void => {
      if (report.kind === 'failure') fail(report.error);
      heard({ ...report, pid: worker.pid });
    };
    const start = async (): Promise<CrashWorker> => {
      const worker = world.startWorker({ first: 0, isLast: false }, onReport);
      await until<Heard>(({ kind, pid }) => kind === 'ready' && pid === worker.pid);
      return worker;
    };
    const hold = async (): Promise<Extract<VendorEvent, { kind: 'held' }>> => {
      let event: VendorEvent | undefined;
      await until<VendorEvent>((told) => {
        event = told;
        return told.kind === 'held';
      });
      return event as Extract<VendorEvent, { kind: 'held' }>;
    };

    /** Nothing of it is on its way but the one request whose answer is kept back. */
    const untilQuiet = async (worker: CrashWorker): Promise<void> => {
      const deadline = Date.now() + patienceMs;
      for (let same = 0, begun = -1; same < 5; ) {
        if (Date.now() > deadline) throw new Error('A worker does not come to rest.');
        let looked: Heard | undefined;
        const answered = until<Heard>((report) => {
          looked = report;
          return report.kind === 'looked' && report.pid === worker.pid;
        });
        worker.tell('look');
        await answered;
        if (looked?.kind !== 'looked') continue;
        same = looked.pending === 1 && looked.begun === begun ? same + 1 : 0;
        begun = looked.begun;
        await wait(100);
      }
    };

    let refused = 0;
    let zombie = await start();
    let held = hold();
    zombie.tell('go');
    for (let round = 1; round <= zombies; round += 1) {
      const { flow } = await held;
      // A request that is just being sent is sent when the process wakes up: a target with keys takes it
      // for what it is, at others it may make a second record. That is said in docs; here nothing is sent.
      await (idempotencyOf(flow) === 'native' ? wait(random() * 20) : untilQuiet(zombie));
      zombie.signal('SIGSTOP');
      // Stopped inside a transaction, it holds the lock of a SQLite file: nobody can take over.
      const stopped = zombie;
      let isTaken = false;
      const nudge = setInterval(() => {
        stopped.signal('SIGCONT');
        setTimeout(() => isTaken || stopped.signal('SIGSTOP'), 20);
      }, 10_000);
      const next = await start();
      const takenOver = until<Heard>(
        (report) => report.kind === 'ran' && report.pid === next.pid && report.flow === flow,
      );
      next.tell('go');
      // Before it is let go: it comes to the next flow at once.
      if (round < zombies) held = hold();
      await takenOver.finally(() => clearInterval(nudge));
      isTaken = true;
      const woken = zombie;
      const told = until<Heard>((report) => {
        if (report.pid !== woken.pid || !('flow' in report) || report.flow !== flow) return false;
        if (report.kind === 'ended' && report.code === 'ERR_LEASE_LOST') refused += 1;
        else fail(`A zombie was not refused: ${JSON.stringify(report)}`);
        return true;
      });
      woken.signal('SIGCONT');
      await world.act('release', { worker: woken.pid });
      await told;
      woken.signal('SIGKILL');
      await woken.ended;
      progress(`${round} zombies, ${refused} refused`);
      zombie = next;
    }
    zombie.signal('SIGKILL');
    await zombie.ended;
    return { workers: 2, kills: 0, restarts: 0, zombies, refused, stuck: 0 };
  });
}
