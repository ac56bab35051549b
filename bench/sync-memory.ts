import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Row } from './row.ts';

const barMegabytes = 200;
/**
 * Without limits V8 lets garbage lie where memory is plenty (350 MB, flat); with them it shows what
 * the sync needs. A leak would not survive them.
 */
const heapLimits = ['--max-old-space-size=64', '--max-semi-space-size=4'];
/** The second half may be so much above the first: what grows with the records grows a hundredfold. */
const flatRatio = 1.1;

/** One million records through a sync into a table, in a process of their own with a small heap. */
export async function benchSyncMemory(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-memory-'));
  try {
    const child = fileURLToPath(new URL('./sync-memory-child.ts', import.meta.url));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        ...heapLimits,
        '--conditions=@common/source',
        '--disable-warning=ExperimentalWarning',
        child,
        folder,
      ],
      { encoding: 'utf8', maxBuffer: 2 ** 26 },
    );
    if (status !== 0) throw new Error(`The measured process failed.\n${stderr}`);
    const megabytes = JSON.parse(stdout) as readonly number[];
    const half = megabytes.length >> 1;
    const highest = Math.max(...megabytes);
    const firstHalf = Math.max(...megabytes.slice(0, half));
    const secondHalf = Math.max(...megabytes.slice(half));
    return [
      {
        name: 'memory, one million records',
        value: Math.round(highest),
        unit: 'MB RSS',
        peer: 'the first half of them',
        peerValue: Math.round(firstHalf),
        ratio: Number((secondHalf / firstHalf).toFixed(2)),
        bar: `< ${barMegabytes} MB, ratio <= ${flatRatio}`,
        pass: highest < barMegabytes && secondHalf / firstHalf <= flatRatio,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) console.table(await benchSyncMemory());
