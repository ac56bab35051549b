import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./crash-child.ts', import.meta.url));

/** What became of a syncing process. */
export interface ChildEnd {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  /** Its report, when it came to its end. */
  readonly report: object | undefined;
  readonly errors: string;
}

/** A syncing process. */
export interface Child {
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<ChildEnd>;
}

/** Starts `crash-child.ts`; `onPage` is told how many pages it has done, `onWaiting` that it waits for `wakeLater`. */
export function startChild(options: {
  readonly folder: string;
  readonly kind: string;
  readonly records: number;
  readonly leaseMs?: number;
  /** Where its state is. @default a file in the folder */
  readonly store?: { readonly url: string; readonly schema: string } | undefined;
  /** The page, from 1, in which it waits, between two transactions. */
  readonly waitsAtPage?: number;
  readonly onWaiting?: (child: Child) => void;
  readonly onPage?: (pages: number, child: Child) => void;
}): Child {
  const { folder, kind, records, leaseMs = 60_000, waitsAtPage = 0, store } = options;
  const { onPage, onWaiting } = options;
  const started = spawn(
    process.execPath,
    [
      '--conditions=@common/source',
      '--disable-warning=ExperimentalWarning',
      program,
      folder,
      kind,
      String(records),
      String(leaseMs),
      String(waitsAtPage),
      ...(store === undefined ? [] : [store.url, store.schema]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  let errors = '';
  const child: Child = {
    kill: (signal) => void started.kill(signal),
    ended: new Promise((resolve, reject) => {
      started.on('error', reject);
      started.on('close', (code, signal) => {
        const last = output.split('\n').at(-1) ?? '';
        const report = code === 0 ? (JSON.parse(last) as object) : undefined;
        resolve({ signal, code, report, errors });
      });
    }),
  };
  started.stdout.on('data', (chunk) => {
    output += chunk;
    const lines = output.split('\n');
    onPage?.(lines.filter((line) => line === 'page').length, child);
    if (String(chunk).includes('waiting')) onWaiting?.(child);
  });
  started.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  return child;
}

/** Stops a process in its third page, and says when it is. */
export async function stopInPage(
  options: Omit<Parameters<typeof startChild>[0], 'onWaiting' | 'waitsAtPage'>,
): Promise<Child> {
  const waiting = Promise.withResolvers<void>();
  const child = startChild({ ...options, waitsAtPage: 3, onWaiting: () => waiting.resolve() });
  // One that fails before would be waited for in vain.
  await Promise.race([waiting.promise, child.ended]);
  child.kill('SIGSTOP');
  return child;
}

/** Lets a process that was stopped go on; to it, so much time has passed. */
export function wakeLater(child: Child, folder: string, laterMs: number): void {
  writeFileSync(join(folder, 'later'), String(laterMs));
  child.kill('SIGCONT');
}

/** The texts of the records that are at the target. */
export function arrived(folder: string, kind: string): readonly string[] {
  if (kind === 'ndjson') {
    const lines = readFileSync(join(folder, 'items.ndjson'), 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line).record.text as string).sort();
  }
  const isTable = kind.startsWith('table');
  const file = kind === 'table' ? 'state.db' : isTable ? 'own.db' : 'erp.db';
  const query = isTable
    ? "select record ->> 'text' as text from item"
    : 'select text from document';
  const database = new DatabaseSync(join(folder, file));
  const texts = database.prepare(query).all();
  database.close();
  return texts.map(({ text }) => String(text)).sort();
}

/** As if so much time had passed that nobody has a lease any more. */
export function endLeases(folder: string): void {
  const database = new DatabaseSync(join(folder, 'state.db'));
  database.exec('pragma busy_timeout = 30000; update sync_lease set expires_at = 0');
  database.close();
}

/** What all runs of the flow together say that they inserted. */
export function insertedOverRuns(folder: string): number {
  const database = new DatabaseSync(join(folder, 'state.db'));
  const row = database.prepare("select sum(counts ->> 'inserted') as sum from sync_run").get();
  database.close();
  return Number(row?.sum);
}
