import { describe, expect, it } from 'vitest';
import { createProgress } from './progress.ts';

function terminal(options: { readonly isTTY: boolean; readonly columns?: number }) {
  const written: string[] = [];
  const output = { ...options, write: (text: string) => written.push(text) };
  return { written, progress: createProgress(output as never) };
}

const takenBack = '\r\u001b[2K';

describe('the progress of the main job', () => {
  it('is a bar that fills, in place, and a line at the end of the step', () => {
    const { written, progress } = terminal({ isTTY: true });
    for (const count of [0, 50, 100, 120]) {
      progress.update('1 catalogue', { read: 0, written: count, expected: 100 });
    }
    progress.finish('1 catalogue', '100 read');
    const label = `${takenBack}${'1 catalogue'.padEnd(34)} `;
    expect(written).toEqual([
      `${label}${'░'.repeat(24)} 0 of 100`,
      `${label}${'█'.repeat(12)}${'░'.repeat(12)} 50 of 100`,
      `${label}${'█'.repeat(24)} 100 of 100`,
      `${label}${'█'.repeat(24)} 120 of 100`,
      `${label}100 read\n`,
    ]);
  });

  it('moves also where the end is not known', () => {
    const { written, progress } = terminal({ isTTY: true });
    for (let read = 0; read < 72; read += 1) {
      progress.update('1 catalogue', { read, written: 0, expected: undefined });
    }
    const bars = written.map((line) => line.match(/[█░]+/)?.[0] ?? '');
    expect(new Set(bars.map((bar) => bar.length))).toEqual(new Set([24]));
    expect(new Set(bars).size).toBe(19);
    expect(bars.every((bar, at) => bar !== bars[at - 1])).toBe(true);
  });

  it('never wraps', () => {
    const { written, progress } = terminal({ isTTY: true, columns: 50 });
    progress.update('1 catalogue', { read: 1, written: 1, expected: 20_000 });
    expect(written[0]?.slice(takenBack.length)).toHaveLength(49);
  });

  it('is a plain line for each step elsewhere', () => {
    const { written, progress } = terminal({ isTTY: false });
    progress.update('1 catalogue', { read: 1, written: 1, expected: 2 });
    progress.finish('1 catalogue', '2 read');
    expect(written).toEqual([`${'1 catalogue'.padEnd(34)} 2 read\n`]);
  });
});
