import type { ServerEvent, WorkerReport } from './storm-messages.ts';
import { seededRandom } from './storm-random.ts';
import { openWorld, type StormWorker } from './storm-world.ts';

/** What came of a run. */
export interface StormRun {
  readonly name: string;
  readonly processes: number;
  /** Of all processes together. */
  readonly callers: number;
  /** That the server answered with a new token. */
  readonly refreshes: number;
  /** Calls that failed, but for those that asked for a new sign-in after a kill in the window. */
  readonly failures: number;
  /** Processes ended by SIGKILL. */
  readonly kills: number;
  /**
   * Kills after the server had rotated and before the new refresh token was stored: the one window
   * that no client can close. Each of them has to end in `ERR_REAUTHORIZATION_REQUIRED`.
   */
  readonly windows: number;
  /** How often a person had to sign in again. */
  readonly reauthorizations: number;
  /** Of token families, outside of that window. */
  readonly revocations: number;
  readonly durationMs: number;
  /** The first failures, for the reader. */
  readonly errors: readonly string[];
  readonly pass: boolean;
}

type Progress = (text: string) => void;

/** Many callers in several processes find one token expired at the same moment. */
export async function expiredTokenRun(options: {
  readonly name: string;
  readonly mode: 'once' | 'naive';
  readonly processes: number;
  readonly callersEach: number;
  readonly seed: number;
  readonly progress: Progress;
}): Promise<StormRun> {
  const { name, mode, processes, callersEach, seed, progress } = options;
  const startedAt = Date.now();
  const outcomes: string[] = [];
  const world = await openWorld({
    seed,
    lifeMs: 3_600_000,
    unavailable: 0,
    onEvent: (event) => void (event.kind === 'acted' && outcomes.push(event.outcome)),
  });
  const errors: string[] = [];
  let calls = 0;
  try {
    await world.signIn('shared', { expired: true });
    progress(`${processes} processes with ${callersEach} callers each`);
    const workers: StormWorker[] = [];
    await new Promise<void>((resolve) => {
      let ready = 0;
      for (let index = 0; index < processes; index += 1) {
        const onReport = (report: WorkerReport): void => {
          if (report.kind === 'done') calls += report.calls;
          else if (report.kind === 'failure') errors.push(report.error);
          else if (report.kind === 'reauthorization') errors.push('ERR_REAUTHORIZATION_REQUIRED');
          else if (++ready === processes) resolve();
        };
        workers.push(
          world.startWorker({ mode, callers: callersEach, connection: 'shared' }, onReport),
        );
      }
    });
    for (const worker of workers) worker.send('go');
    await Promise.all(workers.map(({ ended }) => ended));
  } finally {
    await world.close();
  }
  const callers = processes * callersEach;
  const refreshes = outcomes.filter((outcome) => outcome === 'rotated').length;
  const revocations = outcomes.filter((outcome) => outcome === 'reused').length;
  const failures = callers - calls;
  return {
    name,
    processes,
    callers,
    refreshes,
    failures,
    kills: 0,
    windows: 0,
    reauthorizations: 0,
    revocations,
    durationMs: Date.now() - startedAt,
    errors: errors.slice(0, 5),
    pass:
      mode === 'naive'
        ? failures > 0 && revocations > 0
        : refreshes === 1 && outcomes.length === 1 && failures === 0 && calls === callers,
  };
}

/** Processes share rotating tokens, several each, and are killed at any moment. */
export async function killRun(options: {
  readonly name: string;
  readonly processes: number;
  /** Tokens that the processes share out among them. */
  readonly connections: number;
  readonly callersEach: number;
  readonly refreshes: number;
  readonly kills: number;
  readonly seed: number;
  readonly progress: Progress;
}): Promise<StormRun> {
  const { name, processes, connections, callersEach, seed, progress } = options;
  const startedAt = Date.now();
  const random = seededRandom(seed);
  const journal = new Map<
    number,
    Extract<ServerEvent, { kind: 'received' }> & { outcome?: string; next?: string | undefined }
  >();
  const alive = new Map<number, StormWorker & { readonly connection: string }>();
  const killedAt = new Map<number, number>();
  const errors: string[] = [];
  let failures = 0;
  let refreshes = 0;
  let reauthorizations = 0;
  let planned = 0;
  let isAimed = false;
  let isOver = false;
  const signingIn = new Map<string, Promise<void>>();
  let lastAt = Date.now();
  const { promise: finished, resolve: finish, reject: abandon } = Promise.withResolvers<void>();
  const watch = setInterval(() => {
    if (Date.now() - lastAt < 120_000) return;
    abandon(new Error(`${name}: no refresh for two minutes. ${errors.slice(0, 5).join(' | ')}`));
  }, 1000);
  const ends: Promise<void>[] = [];

  const kill = (worker: (StormWorker & { readonly connection: string }) | undefined): void => {
    if (worker === undefined || killedAt.has(worker.pid) || isOver) return;
    killedAt.set(worker.pid, Date.now());
    alive.delete(worker.pid);
    worker.kill();
    begin(worker.connection);
  };
  /** Kills are spread over the run: every second one any process, the others one that refreshes. */
  const plan = (): void => {
    if (planned >= options.kills) return;
    if (refreshes < ((planned + 1) * options.refreshes) / (options.kills + 1)) return;
    planned += 1;
    if (planned % 2 === 0) isAimed = true;
    else kill([...alive.values()][Math.floor(random() * alive.size)]);
  };
  const onEvent = (event: ServerEvent): void => {
    if (event.kind === 'received') {
      journal.set(event.request, event);
      if (!isAimed) return;
      isAimed = false;
      setTimeout(() => {
        const worker = alive.get(event.worker);
        // Another kill was faster: the next one is aimed at.
        if (worker === undefined) isAimed = true;
        else kill(worker);
      }, random() * 12);
    } else if (event.kind === 'acted') {
      const { request, outcome, next } = event;
      journal.set(request, { ...journal.get(request)!, outcome, next });
      if (outcome !== 'rotated') return;
      refreshes += 1;
      lastAt = Date.now();
      if (refreshes % 100 === 0) progress(`${refreshes} refreshes, ${killedAt.size} kills`);
      plan();
      if (refreshes >= options.refreshes && killedAt.size >= options.kills) finish();
    }
  };

  const world = await openWorld({ seed, lifeMs: 200, unavailable: 0.02, onEvent });
  /** What a person does who is called: signs in again, once for each end. */
  const answerCall = async (connection: string): Promise<void> => {
    if ((await world.stored(connection))?.ended === undefined) return;
    reauthorizations += 1;
    await world.signIn(connection);
  };
  const begin = (connection: string): void => {
    const onReport = (report: WorkerReport, worker: StormWorker): void => {
      if (report.kind === 'ready') {
        lastAt = Date.now();
        worker.send('go');
        // The first one has the sources compiled: the others start faster.
        while (ends.length < processes) begin(`shared-${ends.length % connections}`);
      } else if (report.kind === 'reauthorization') {
        if (signingIn.has(connection)) return;
        const answered = answerCall(connection).finally(() => signingIn.delete(connection));
        signingIn.set(connection, answered);
      } else if (report.kind === 'failure') {
        failures += 1;
        errors.push(report.error);
      }
    };
    const order = { mode: 'forever', callers: callersEach, connection } as const;
    const worker = world.startWorker(order, onReport);
    alive.set(worker.pid, { ...worker, connection });
    ends.push(worker.ended);
  };

  let ledger: readonly RevokedToken[];
  try {
    for (let index = 0; index < connections; index += 1) await world.signIn(`shared-${index}`);
    progress(
      `${processes} processes with ${callersEach} callers each, ${processes / connections} to a token`,
    );
    begin('shared-0');
    await finished;
    // Some more: what the last kill left behind is found by them.
    const settled = journal.size + 20 * connections;
    while (journal.size < settled) await new Promise((resolve) => setTimeout(resolve, 50));
    isOver = true;
    for (const worker of alive.values()) worker.send('stop');
    await Promise.all(ends);
    await Promise.all(signingIn.values());
    ledger = revokedTokens([...journal.values()], killedAt);
  } finally {
    clearInterval(watch);
    for (const worker of alive.values()) worker.kill();
    await world.close();
  }
  const windows = ledger.filter(({ isWindow }) => isWindow).length;
  return {
    name,
    processes,
    callers: processes * callersEach,
    refreshes,
    failures,
    kills: killedAt.size,
    windows,
    reauthorizations,
    revocations: ledger.length - windows,
    durationMs: Date.now() - startedAt,
    errors: errors.slice(0, 5),
    pass:
      failures === 0 &&
      ledger.length === windows &&
      reauthorizations === windows &&
      refreshes >= options.refreshes &&
      killedAt.size === options.kills,
  };
}

interface RevokedToken {
  readonly refreshToken: string;
  /** One of its two senders was dead before the other one sent it. */
  readonly isWindow: boolean;
}

/** Families that were revoked, judged by the journal of the server and the times of the kills. */
function revokedTokens(
  journal: readonly (Extract<ServerEvent, { kind: 'received' }> & { outcome?: string })[],
  killedAt: ReadonlyMap<number, number>,
): readonly RevokedToken[] {
  return journal
    .filter(({ outcome }) => outcome === 'reused')
    .map(({ refreshToken, request }) => {
      const first = journal.find(
        (one) => one.refreshToken === refreshToken && one.outcome === 'rotated',
      );
      const second = journal.find((one) => one.request === request);
      const isDeadBefore = (dead: typeof first, other: typeof first): boolean =>
        dead !== undefined &&
        other !== undefined &&
        (killedAt.get(dead.worker) ?? Number.POSITIVE_INFINITY) <= other.at;
      return {
        refreshToken,
        isWindow: isDeadBefore(first, second) || isDeadBefore(second, first),
      };
    });
}
