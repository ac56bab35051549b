import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

/** Starts `crash-child.ts`; `onPage` is told how many pages it has done. */
export function startChild(options: {
  readonly folder: string;
  readonly kind: string;
  readonly records: number;
  readonly leaseMs?: number;
  /** Where its state is. @default a file in the folder */
  readonly store?: { readonly url: string; readonly schema: string } | undefined;
  /** Waits so long before each page. */
  readonly pauseMs?: number;
  readonly onPage?: (pages: number, child: Child) => void;
}): Child {
  const { folder, kind, records, leaseMs = 60_000, pauseMs = 0, onPage, store } = options;
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
      String(pauseMs),
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
    onPage?.(output.split('\n').length - 1, child);
  });
  started.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  return child;
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

/** What all runs of the flow together say that they inserted. */
export function insertedOverRuns(folder: string): number {
  const database = new DatabaseSync(join(folder, 'state.db'));
  const row = database.prepare("select sum(counts ->> 'inserted') as sum from sync_run").get();
  database.close();
  return Number(row?.sum);
}
