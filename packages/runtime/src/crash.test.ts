import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { SyncReport } from '@common/connector-sync';
import { describe, expect, it } from 'vitest';

const child = fileURLToPath(new URL('./testing/crash-child.ts', import.meta.url));
const records = 1000;
const expected = Array.from({ length: records }, (_, number) => `Item ${number}`).sort();

/** One life of the syncing process. Killed a moment after so many pages, or left to come to its end. */
async function live(options: {
  readonly folder: string;
  readonly kind: string;
  readonly pages?: number;
}): Promise<SyncReport | undefined> {
  const { folder, kind, pages } = options;
  const process_ = spawn(
    process.execPath,
    [
      '--conditions=@common/source',
      '--disable-warning=ExperimentalWarning',
      child,
      folder,
      kind,
      String(records),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  let errors = '';
  process_.stdout.on('data', (chunk) => {
    output += chunk;
    const seen = output.split('\n').length - 1;
    // Not at once: somewhere in the next page.
    if (pages !== undefined && seen >= pages) setTimeout(() => process_.kill('SIGKILL'), pages % 7);
  });
  process_.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve, reject) => {
    process_.on('error', reject);
    process_.on('close', (code, signal) => {
      if (code === null || code === 0) resolve(signal);
      else reject(new Error(errors));
    });
  });
  const signal = await ended;
  return signal === null ? (JSON.parse(output.split('\n').at(-1) ?? '') as SyncReport) : undefined;
}

function arrived(folder: string, kind: string): readonly string[] {
  if (kind === 'ndjson') {
    const lines = readFileSync(join(folder, 'items.ndjson'), 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line).record.text as string);
  }
  const isTable = kind === 'table';
  const database = new DatabaseSync(join(folder, isTable ? 'state.db' : 'erp.db'));
  const texts = isTable
    ? database.prepare("select record ->> 'text' as text from item").all()
    : database.prepare('select text from document').all();
  database.close();
  return texts.map(({ text }) => String(text));
}

describe('a syncing process that is killed with SIGKILL again and again', () => {
  it.each(['native', 'external-reference', 'table', 'ndjson'])(
    'loses and doubles nothing: %s',
    async (kind) => {
      const folder = mkdtempSync(join(tmpdir(), 'crash-'));
      try {
        for (const pages of [1, 3, 5, 6]) {
          expect(await live({ folder, kind, pages })).toBeUndefined();
        }
        const report = await live({ folder, kind });
        expect(report).toMatchObject({ failed: 0, resumed: true });
        expect([...arrived(folder, kind)].sort()).toEqual(expected);
        expect(await live({ folder, kind })).toMatchObject({ unchanged: records, inserted: 0 });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    120_000,
  );
});
