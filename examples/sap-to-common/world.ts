import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface WorldOptions {
  readonly seed: number;
  readonly records: number;
  readonly faults: number;
}

export type SystemName = 'sap' | 'common';

/** The two sandboxes, and what only a sandbox lets one do. */
export interface World {
  readonly urls: Readonly<Record<SystemName, string>>;
  /** Whether the sandboxes of an interrupted run were still there. */
  readonly resumed: boolean;
  /** Does something on the simulated side, once, however often it is asked for. */
  act(system: SystemName, action: string, input: object): Promise<unknown>;
  /** Reads the sandbox's own state, past its API: the independent proof. */
  state<Row>(system: SystemName, name: string): Promise<readonly Row[]>;
  faults(): Promise<{ injected: number; byKind: Record<string, number>; pending: number }>;
  requests(): Promise<number>;
  shutdown(): Promise<void>;
}

/** Attaches to the sandboxes of an interrupted run, or starts new ones. */
export async function openWorld(options: WorldOptions & { folder: string }): Promise<World> {
  const { folder, ...worldOptions } = options;
  mkdirSync(folder, { recursive: true });
  const addressFile = join(folder, 'sandboxes.json');
  const running = await findRunning(addressFile);
  if (running) return control(running, addressFile, true);

  rmSync(addressFile, { force: true });
  const log = openSync(join(folder, 'sandboxes.log'), 'a');
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      join(import.meta.dirname, 'sandbox-process.ts'),
      JSON.stringify(worldOptions),
      addressFile,
    ],
    { detached: true, stdio: ['ignore', log, log] },
  );
  child.unref();
  let exited = false;
  child.once('exit', () => {
    exited = true;
  });
  while (!existsSync(addressFile)) {
    if (exited)
      throw new Error(`The sandboxes did not start; see ${join(folder, 'sandboxes.log')}`);
    await sleep(20);
  }
  return control(JSON.parse(readFileSync(addressFile, 'utf8')), addressFile, false);
}

async function findRunning(addressFile: string): Promise<World['urls'] | undefined> {
  if (!existsSync(addressFile)) return undefined;
  try {
    const urls = JSON.parse(readFileSync(addressFile, 'utf8')) as World['urls'];
    const answers = await Promise.all(
      Object.values(urls).map((url) => fetch(`${url}/__sandbox/health`)),
    );
    return answers.every((answer) => answer.ok) ? urls : undefined;
  } catch {
    return undefined;
  }
}

function control(urls: World['urls'], addressFile: string, resumed: boolean): World {
  const call = async (system: SystemName, path: string, init?: RequestInit) => {
    const answer = await fetch(`${urls[system]}/__sandbox/${path}`, init);
    if (!answer.ok) throw new Error(`${system} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json() as Promise<unknown>;
  };
  const both = (path: string) =>
    Promise.all((['sap', 'common'] as const).map((system) => call(system, path)));

  return {
    urls,
    resumed,
    act: (system, action, input) => {
      const body = JSON.stringify(input);
      return call(system, `actions/${action}`, {
        method: 'POST',
        headers: { 'idempotency-key': `${action} ${body}` },
        body,
      });
    },
    state: async <Row>(system: SystemName, name: string) =>
      (await call(system, `state/${name}`)) as readonly Row[],
    faults: async () => {
      const counts = (await both('faults')) as {
        injected: { total: number; byKind: Record<string, number> };
        pending: unknown[];
      }[];
      const byKind: Record<string, number> = {};
      for (const { injected } of counts) {
        for (const [kind, count] of Object.entries(injected.byKind)) {
          byKind[kind] = (byKind[kind] ?? 0) + count;
        }
      }
      return {
        injected: counts.reduce((sum, { injected }) => sum + injected.total, 0),
        byKind,
        pending: counts.reduce((sum, { pending }) => sum + pending.length, 0),
      };
    },
    requests: async () => {
      const health = (await both('health')) as { requests: number }[];
      return health.reduce((sum, { requests }) => sum + requests, 0);
    },
    shutdown: async () => {
      await Promise.allSettled(
        (['sap', 'common'] as const).map((system) => call(system, 'shutdown', { method: 'POST' })),
      );
      rmSync(addressFile, { force: true });
    },
  };
}
