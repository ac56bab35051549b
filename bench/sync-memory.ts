import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackages } from './build-packages.ts';
import type { Row } from './row.ts';

const barMegabytes = 200;
/** What Node takes by itself where a container gives it 1 GB. */
const inContainer = ['--max-old-space-size=512', '--max-semi-space-size=16'];
/**
 * The second half may be so much above the first. A full read remembers the keys that it was shown, 16
 * bytes each; 100 bytes of each record would be 1.35.
 */
const flatRatio = 1.2;

/**
 * One million records through a sync into a table, by the built packages in a process of their own. How
 * much garbage V8 lets lie depends on the memory that it sees: in a container it has to be below the bar,
 * on this machine it is reported. In both it must not grow.
 */
export async function benchSyncMemory(): Promise<Row[]> {
  buildPackages();
  return [
    memoryRow('one million records, a container of 1 GB', inContainer, barMegabytes),
    memoryRow('one million records, this machine', [], undefined),
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
      [...options, '--disable-warning=ExperimentalWarning', child, folder],
      { encoding: 'utf8', maxBuffer: 2 ** 26 },
    );
    if (status !== 0) throw new Error(`The measured process failed.\n${stderr}`);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) console.table(await benchSyncMemory());
