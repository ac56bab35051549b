import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StoredToken, storeIssuedToken, systemClock } from '@common/connector-core';
import type { ServerEvent, WorkerOrder, WorkerReport } from './storm-messages.ts';
import { openTokens } from './storm-vault.ts';

/** A process of the storm. */
export interface StormWorker {
  readonly pid: number;
  readonly send: (message: 'go' | 'stop') => void;
  readonly kill: () => void;
  readonly ended: Promise<void>;
}

/** Server, store and workers of one run. */
export interface StormWorld {
  readonly startWorker: (
    order: Pick<WorkerOrder, 'mode' | 'callers' | 'connection'>,
    onReport: (report: WorkerReport, worker: StormWorker) => void,
  ) => StormWorker;
  /** A person signs in. `expired`: with an access token whose life is over. */
  readonly signIn: (connection: string, options?: { readonly expired?: boolean }) => Promise<void>;
  readonly stored: (connection: string) => Promise<StoredToken | undefined>;
  readonly close: () => Promise<void>;
}

/** Settings of the token server. */
export interface StormServerOptions {
  readonly seed: number;
  /** Of access tokens. */
  readonly lifeMs: number;
  /** Share of refreshes that are answered 503, with nothing done. */
  readonly unavailable: number;
  readonly onEvent: (event: ServerEvent) => void;
}

const inFolder = (file: string): string => join(import.meta.dirname, file);
const execArgv = ['--conditions=@common/source', '--disable-warning=ExperimentalWarning'];

/** Starts the token server on loopback and an encrypted token store in a folder of its own. */
export async function openWorld(options: StormServerOptions): Promise<StormWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'storm-'));
  const storePath = join(folder, 'vault.db');
  const env = {
    ...process.env,
    COMMON_VAULT_KEY: randomBytes(32).toString('hex'),
    // A hundred processes load the same sources: a third of the time with it.
    NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
  };
  const { tokens, close } = openTokens(storePath, env);
  const start = (file: string, args: readonly string[]): ChildProcess =>
    fork(inFolder(file), args, { execArgv, env });

  const { seed, lifeMs, unavailable, onEvent } = options;
  const server = start('storm-server.ts', [seed, lifeMs, unavailable].map(String));
  const port = await new Promise<number>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`The token server ended with ${code}.`)));
    server.on('message', (event: ServerEvent) => {
      if (event.kind === 'listening') resolve(event.port);
      else onEvent(event);
    });
  });
  const serverUrl = `http://127.0.0.1:${port}`;

  return {
    startWorker(order, onReport) {
      const argument = JSON.stringify({ ...order, serverUrl, storePath } satisfies WorkerOrder);
      const child = start('storm-worker.ts', [argument]);
      const worker: StormWorker = {
        pid: child.pid ?? 0,
        send: (message) => void (child.connected && child.send(message, () => undefined)),
        kill: () => void child.kill('SIGKILL'),
        ended: new Promise((resolve) => child.once('exit', () => resolve())),
      };
      child.on('message', (report: WorkerReport) => onReport(report, worker));
      child.once('exit', (code, signal) => {
        if (code === 0 || signal === 'SIGKILL') return;
        onReport({ kind: 'failure', error: `A worker ended with ${code ?? signal}.` }, worker);
      });
      return worker;
    },
    async signIn(connection, { expired = false } = {}) {
      const response = await fetch(`${serverUrl}/grant`);
      const answer = (await response.json()) as Record<string, string>;
      const lifetimeMs = expired ? 0 : lifeMs;
      const issued = {
        accessToken: answer.access_token ?? '',
        refreshToken: answer.refresh_token ?? '',
        expiresInMs: lifetimeMs,
      };
      await storeIssuedToken({ tokens, connection, issued, clock: systemClock });
    },
    stored: async (connection) => (await tokens.read(connection))?.token,
    async close() {
      server.kill();
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
