import { type ChildProcess, fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  VendorEvent,
  VendorOrder,
  Verdict,
  WorkerCommand,
  WorkerOrder,
  WorkerReport,
} from './crash-messages.ts';

/** A syncing process. It has loaded everything when it is handed out, and begins when it is told to `go`. */
export interface CrashWorker {
  readonly pid: number;
  tell(command: WorkerCommand): void;
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  readonly ended: Promise<void>;
}

/** The vendors and the syncing processes of one run. */
export interface CrashWorld {
  startWorker(
    order: Pick<WorkerOrder, 'first' | 'isLast'>,
    onReport: (report: WorkerReport, worker: CrashWorker) => void,
  ): CrashWorker;
  /** Has something done at the vendors, see `crash-vendor.ts`. */
  act(action: 'settle' | 'release', input?: object): Promise<void>;
  verdict(): Promise<Verdict>;
  close(): Promise<void>;
}

export interface CrashWorldOptions {
  readonly vendor: VendorOrder;
  readonly worker: Omit<WorkerOrder, 'vendorUrl' | 'flows' | 'first' | 'isLast'>;
  readonly onEvent: (event: VendorEvent) => void;
}

const execArgv = ['--conditions=@common/source', '--disable-warning=ExperimentalWarning'];
// A hundred processes load the same sources: a third of the time with it.
const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') };
const start = (file: string, order: object): ChildProcess =>
  fork(join(import.meta.dirname, file), [JSON.stringify(order)], { execArgv, env });

/** Starts the vendors on loopback. */
export async function openCrashWorld(options: CrashWorldOptions): Promise<CrashWorld> {
  const { vendor, onEvent } = options;
  const workers = new Set<CrashWorker>();
  const vendors = start('crash-vendor.ts', vendor);
  const vendorUrl = await new Promise<string>((resolve, reject) => {
    vendors.once('exit', (code) => reject(new Error(`The vendors ended with ${code}.`)));
    vendors.on('message', (event: VendorEvent) => {
      if (event.kind === 'listening') resolve(event.url);
      else onEvent(event);
    });
  });

  async function control(path: string, init?: RequestInit): Promise<unknown> {
    const response = await fetch(`${vendorUrl}/__sandbox/${path}`, init);
    const body = await response.text();
    if (!response.ok) throw new Error(`The vendors answer ${response.status}: ${body}`);
    return JSON.parse(body);
  }

  return {
    startWorker({ first, isLast }, onReport) {
      const flows = vendor.flows;
      const order: WorkerOrder = { ...options.worker, vendorUrl, flows, first, isLast };
      const child = start('crash-worker.ts', order);
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      const worker: CrashWorker = {
        pid: child.pid ?? 0,
        tell: (command) => void (child.connected && child.send(command, () => undefined)),
        signal: (signal) => void child.kill(signal),
        ended,
      };
      workers.add(worker);
      child.on('message', (report: WorkerReport) => onReport(report, worker));
      child.once('exit', (code, signal) => {
        workers.delete(worker);
        resolve();
        if (code === 0 || signal === 'SIGKILL') return;
        onReport({ kind: 'failure', error: `A worker ended with ${code ?? signal}.` }, worker);
      });
      return worker;
    },
    async act(action, input = {}) {
      await control(`actions/${action}`, { method: 'POST', body: JSON.stringify(input) });
    },
    verdict: async () => (await control('state/verdict')) as Verdict,
    async close() {
      const all = [...workers];
      for (const worker of all) worker.signal('SIGKILL');
      vendors.kill();
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}
