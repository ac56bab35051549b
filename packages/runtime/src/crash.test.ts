import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  arrived,
  type ChildEnd,
  endLeases,
  insertedOverRuns,
  startChild,
  stopInPage,
  wakeLater,
} from './testing/crash-parent.ts';

const records = 1000;
/** Longer than the slowest machine takes: it ends when the test says so. */
const leaseMs = 600_000;
const expected = Array.from({ length: records }, (_, number) => `Item ${number}`).sort();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crash-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (kind: string): Promise<ChildEnd> => startChild({ folder, kind, records }).ended;

describe('a syncing process that is killed with SIGKILL again and again', () => {
  it.each(['native', 'external-reference', 'table', 'table in its own file', 'ndjson'])(
    'loses and doubles nothing, and counts what it did: %s',
    async (kind) => {
      for (const pages of [1, 3, 5, 6]) {
        const killed = startChild({
          folder,
          kind,
          records,
          // Not at once: somewhere in the next page.
          onPage: (seen, child) => {
            if (seen >= pages) setTimeout(() => child.kill('SIGKILL'), pages % 7);
          },
        });
        expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' });
      }
      expect(await run(kind)).toMatchObject({ report: { failed: 0, resumed: true } });
      expect(arrived(folder, kind)).toEqual(expected);
      expect(insertedOverRuns(folder)).toBe(records);
      expect(await run(kind)).toMatchObject({ report: { unchanged: records, inserted: 0 } });
    },
    120_000,
  );
});

describe('a syncing process that is stopped past its lease', () => {
  it.each(['native', 'table', 'table in its own file'])(
    'is refused when it wakes up after another took over: %s',
    async (kind) => {
      const zombie = await stopInPage({ folder, kind, records, leaseMs });
      const early = await startChild({ folder, kind, records, leaseMs }).ended;
      expect(early.errors).toContain('ERR_FLOW_BUSY');
      endLeases(folder);
      const next = await startChild({ folder, kind, records, leaseMs }).ended;
      expect(next).toMatchObject({ code: 0, report: { failed: 0, resumed: true } });
      expect(arrived(folder, kind)).toEqual(expected);

      wakeLater(zombie, folder, leaseMs);
      const woken = await zombie.ended;
      expect(woken.errors).toContain('ERR_LEASE_LOST');
      expect(arrived(folder, kind)).toEqual(expected);
      expect(insertedOverRuns(folder)).toBe(records);
    },
    120_000,
  );
});
