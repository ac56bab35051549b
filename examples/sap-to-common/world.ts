import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RealSystems } from './settings.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly records: number;
  readonly faults: number;
}

type SystemName = 'sap' | 'common';

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

/** How the connectors reach the sandboxes, with the credentials of their demo users. */
export function sandboxSystems({ urls }: World): RealSystems {
  return {
    sap: {
      baseUrl: urls.sap,
      client: '100',
      username: 'COMM_USER',
      password: 'sandbox-password',
      companyCode: undefined,
      // No transaction of the sandbox commits late.
      safetyLagMs: 0,
    },
    common: {
      baseUrl: urls.common,
      clientId: 'common-demo',
      clientSecret: 'common-demo-secret',
      companyId: 'b7f6c1de-3f0a-4c5e-9a51-2d6c8e0f1a10',
      currency: 'EUR',
    },
  };
}

/**
 * Attaches to the sandboxes of an interrupted run with the same options, or starts new ones.
 *
 * The order matters, since the process may be killed at any moment: new sandboxes know nothing of an earlier
 * run, so its state is forgotten before they can be found; and they are found only once this process, not
 * they, has put their addresses in place, so that late ones of a killed process take nobody's place.
 */
export async function openWorld(
  options: WorldOptions & {
    readonly folder: string;
    readonly fresh: boolean;
    /** Removes what an earlier run has stored. */
    readonly forget: () => void;
  },
): Promise<World> {
  const { folder, fresh, forget, ...worldOptions } = options;
  const addressFile = join(folder, 'sandboxes.json');
  const running = await findRunning(addressFile);
  if (running) {
    const world = control(running.urls, addressFile, true);
    if (!fresh && JSON.stringify(running.options) === JSON.stringify(worldOptions)) return world;
    await world.shutdown();
  }

  rmSync(addressFile, { force: true });
  forget();
  const ownFile = join(folder, `sandboxes-${randomUUID()}.json`);
  const log = openSync(join(folder, 'sandboxes.log'), 'a');
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      join(import.meta.dirname, 'sandbox-process.ts'),
      JSON.stringify(worldOptions),
      ownFile,
    ],
    { detached: true, stdio: ['ignore', log, log] },
  );
  child.unref();
  let exited = false;
  child.once('exit', () => {
    exited = true;
  });
  while (!existsSync(ownFile)) {
    if (exited)
      throw new Error(`The sandboxes did not start; see ${join(folder, 'sandboxes.log')}`);
    await sleep(20);
  }
  const { urls } = readAddresses(ownFile);
  renameSync(ownFile, addressFile);
  return control(urls, addressFile, false);
}

/** What the process of the sandboxes tells about itself. */
export interface Addresses {
  readonly urls: World['urls'];
  readonly options: WorldOptions;
}

const readAddresses = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Addresses;

async function findRunning(addressFile: string): Promise<Addresses | undefined> {
  if (!existsSync(addressFile)) return undefined;
  try {
    const addresses = readAddresses(addressFile);
    const answers = await Promise.all(
      Object.values(addresses.urls).map((url) => fetch(`${url}/__sandbox/health`)),
    );
    return answers.every((answer) => answer.ok) ? addresses : undefined;
  } catch {
    // Nobody answers: the sandboxes are gone.
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
