import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Row } from './row.ts';

const barMegabytes = 200;
/** With these V8 shows what the sync needs. A leak would not survive them. */
const heapLimits = ['--max-old-space-size=64', '--max-semi-space-size=4'];
/**
 * The second half may be so much above the first. A full read remembers the keys that it was shown, 16
 * bytes each; 100 bytes of each record would be 1.35.
 */
const flatRatio = 1.2;

/**
 * One million records through a sync into a table, in a process of their own: with a small heap, and as
 * an app runs it. Without limits V8 lets garbage lie where the machine has memory, so that figure is
 * reported and its bar is that it does not grow.
 */
export async function benchSyncMemory(): Promise<Row[]> {
  return [
    memoryRow('one million records, a heap of 64 MB', heapLimits, barMegabytes),
    memoryRow('one million records, defaults of V8', [], undefined),
  ];
}

function memoryRow(name: string, options: readonly string[], most: number | undefined): Row {
  const megabytes = megabytesOf(options);
  const half = megabytes.length >> 1;
  const highest = Math.max(...megabytes);
  const firstHalf = Math.max(...megabytes.slice(0, half));
  const secondHalf = Math.max(...megabytes.slice(half));
  const ratio = secondHalf / firstHalf;
  return {
    name: `memory, ${name}`,
    value: highest,
    unit: 'MB RSS',
    peer: 'the first half of them',
    peerValue: firstHalf,
    ratio,
    bar: `${most === undefined ? '' : `< ${most} MB, `}ratio <= ${flatRatio}`,
    pass: (most === undefined || highest < most) && ratio <= flatRatio,
  };
}

/** At every page. */
function megabytesOf(options: readonly string[]): readonly number[] {
  const folder = mkdtempSync(join(tmpdir(), 'bench-memory-'));
  try {
    const child = fileURLToPath(new URL('./sync-memory-child.ts', import.meta.url));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        ...options,
        '--conditions=@common/source',
        '--disable-warning=ExperimentalWarning',
        child,
        folder,
      ],
      { encoding: 'utf8', maxBuffer: 2 ** 26 },
    );
    if (status !== 0) throw new Error(`The measured process failed.\n${stderr}`);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) console.table(await benchSyncMemory());
