import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSync } from '../engine/create-sync.ts';
import { memoryStore } from '../state/memory-store.ts';
import { crashingProcess } from '../testing/crashing.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { memoryConnector } from '../testing/memory-connector.ts';
import { ndjsonTarget } from './ndjson-target.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ndjson-target-'));
  path = join(folder, 'out', 'items.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lines = () =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

function createWorld() {
  let process = crashingProcess(Number.POSITIVE_INFINITY);
  const source = memoryConnector({ id: 'a', crashPoint: () => process.step() });
  const store = memoryStore();
  const clock = fakeClock();
  return {
    source,
    async live(deathAt = Number.POSITIVE_INFINITY) {
      process = crashingProcess(deathAt);
      const target = ndjsonTarget({ path });
      const { write } = target;
      const sync = createSync({
        id: 'flow',
        source: source.connector,
        target: {
          ...target,
          async write(...call: Parameters<typeof write>) {
            process.step();
            const results = await write(...call);
            process.step();
            return results;
          },
        },
        entity: 'item',
        store: process.store(store),
        clock,
      });
      const outcome = await sync.run().catch((error: unknown) => ({ error }));
      await target.close();
      if ('error' in outcome && !process.isDead()) throw outcome.error;
      clock.advance(120_000);
      return outcome;
    },
  };
}

describe('a file as a target', () => {
  it('gets one line per change', async () => {
    const { source, live } = createWorld();
    source.put('s1', { name: 'Ä\n"1"' });
    source.put('s2', { name: 'two' });
    expect(await live()).toMatchObject({ inserted: 2 });
    source.put('s2', { name: 'three' });
    source.remove('s1');
    expect(await live()).toMatchObject({ updated: 1, deleted: 1 });
    expect(lines()).toMatchObject([
      { op: 'upsert', key: 's1', record: { name: 'Ä\n"1"' } },
      { op: 'upsert', key: 's2', record: { name: 'two' } },
      { op: 'upsert', key: 's2', record: { name: 'three' } },
      { op: 'delete', key: 's1' },
    ]);
  });

  it('keeps what was in the file before the first run', async () => {
    mkdirSync(join(folder, 'out'));
    writeFileSync(path, '{"mine":true}\n');
    const { source, live } = createWorld();
    source.put('s1', { name: 'one' });
    await live();
    expect(lines()).toMatchObject([{ mine: true }, { key: 's1' }]);
  });

  it('has every change once, killed at any step', async () => {
    for (let deathAt = 1; ; deathAt += 1) {
      rmSync(path, { force: true });
      const { source, live } = createWorld();
      for (let number = 1; number <= 7; number += 1)
        source.put(`s${number}`, { name: `${number}` });
      const first = await live(deathAt);
      if (existsSync(path) && statSync(path).size > 0) appendFileSync(path, '{"half of a li');
      await live();
      expect(lines().map(({ key }) => key)).toEqual(['s1', 's2', 's3', 's4', 's5', 's6', 's7']);
      if (!('error' in first)) {
        expect(deathAt).toBeGreaterThan(15);
        return;
      }
    }
  });

  it('is not written when it is not the file it was', async () => {
    const { source, live } = createWorld();
    source.put('s1', { name: 'one' });
    await live();
    truncateSync(path, 3);
    await expect(live()).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('start a new flow'),
    });
  });
});
