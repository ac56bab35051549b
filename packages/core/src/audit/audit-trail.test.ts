import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import type { AuditEntry, AuditHead, AuditRecord } from './audit-record.ts';
import { callbackAuditSink } from './callback-audit-sink.ts';
import { createAuditTrail } from './create-audit-trail.ts';
import { memoryAuditSink } from './memory-audit-sink.ts';
import { ndjsonAuditSink } from './ndjson-audit-sink.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const entry = (number: number): AuditEntry => ({
  actor: 'jane',
  tenant: 't1',
  connection: 'erp',
  system: 'sap',
  operation: 'write',
  entity: 'product',
  keys: [`MZ-${number}`, 'ü'],
  outcome: 'succeeded',
  counts: { created: 1, updated: 1 },
  correlationId: `c${number}`,
});

async function chain(length: number, key?: string) {
  const sink = memoryAuditSink();
  const clock = manualClock();
  const trail = createAuditTrail({ sink, clock, key });
  for (let number = 1; number <= length; number += 1) {
    await trail.record(entry(number));
    await clock.advance(1000);
  }
  return sink.records;
}

/** Verifies records as somebody left them. */
const verify = (
  records: readonly AuditRecord[],
  options: { key?: string | undefined; head?: AuditHead } = {},
) =>
  createAuditTrail({
    sink: {
      append: async () => Promise.reject(new Error('not used')),
      async *read() {
        yield* records;
      },
    },
    key: options.key,
  }).verify({ head: options.head });

describe('an audit trail', () => {
  it('numbers, dates and chains what was done', async () => {
    const records = await chain(2);
    expect(records).toMatchObject([
      { ...entry(1), sequence: 1, at: '2026-01-01T00:00:00.000Z', previousHash: '0'.repeat(64) },
      { ...entry(2), sequence: 2, at: '2026-01-01T00:00:01.000Z', previousHash: records[0]?.hash },
    ]);
    const { sequence, hash } = records[1] as AuditRecord;
    expect(await verify(records)).toEqual({ ok: true, records: 2, head: { sequence, hash } });
  });

  it.each([
    ['a date', new Date(0)],
    ['a list with a hole', [undefined, 1]],
    ['a function', { run: () => 1 }],
    ['a form of its own', { toJSON: () => '1.50' }],
    ['a number that is none', Number.NaN],
    ['-0', -0],
  ])('is sound with a payload that JSON turns into another one: %s', async (_, payload) => {
    const sink = memoryAuditSink();
    await createAuditTrail({ sink }).record({ ...entry(1), payload: payload as never });
    const stored = JSON.parse(JSON.stringify(sink.records)) as AuditRecord[];
    expect(await verify(stored)).toMatchObject({ ok: true });
  });

  it('keeps a payload as it was when it was recorded', async () => {
    const sink = memoryAuditSink();
    const payload = { price: '1' };
    const trail = createAuditTrail({ sink });
    await trail.record({ ...entry(1), payload });
    payload.price = '2';
    expect(await trail.verify()).toMatchObject({ ok: true });
  });

  it('is sound while it is empty', async () => {
    expect(await verify([])).toMatchObject({ ok: true, records: 0 });
  });

  it.each([undefined, 'a key'])('finds any change of any field (key: %s)', async (key) => {
    const records = await chain(4, key);
    for (const name of Object.keys(records[1] ?? {}) as (keyof AuditRecord)[]) {
      const changed = structuredClone(records) as unknown as Record<string, unknown>[];
      const value = records[1]?.[name];
      (changed[1] as Record<string, unknown>)[name] =
        typeof value === 'number' ? value + 1 : typeof value === 'string' ? `${value} ` : ['x'];
      const verdict = await verify(changed as unknown as AuditRecord[], { key });
      expect(verdict, name).toMatchObject({ ok: false, records: 1, sequence: 2 });
    }
  });

  it('finds a field that was added, and one that was taken away', async () => {
    const records = await chain(2);
    const added = [records[0], { ...records[1], payload: 1 }] as AuditRecord[];
    expect(await verify(added)).toMatchObject({ ok: false, problem: 'changed', sequence: 2 });
    const { entity: _entity, ...rest } = records[0] as AuditRecord;
    const taken = [rest, records[1]] as AuditRecord[];
    expect(await verify(taken)).toMatchObject({ ok: false, problem: 'changed', sequence: 1 });
  });

  it('finds every removal, reordering and repetition', async () => {
    const records = await chain(6);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 8 }), async (order) => {
        const kept = order.map((index) => records[index] as AuditRecord);
        const isBeginning = order.every((index, place) => index === place);
        expect((await verify(kept)).ok).toBe(isBeginning);
      }),
    );
    expect(await verify([...records.slice(0, 2), ...records.slice(3)])).toMatchObject({
      problem: 'missing',
      sequence: 3,
    });
    const swapped = [records[0], records[2], records[1]] as AuditRecord[];
    expect((await verify(swapped)).ok).toBe(false);
  });

  it('finds a cut-off end by the head that was kept elsewhere', async () => {
    const records = await chain(5);
    const { sequence, hash } = records[4] as AuditRecord;
    const head = { sequence, hash };
    expect(await verify(records.slice(0, 4))).toMatchObject({ ok: true });
    expect(await verify(records.slice(0, 4), { head })).toMatchObject({
      ok: false,
      problem: 'cut-off',
      sequence: 5,
    });
    expect(await verify(records, { head })).toMatchObject({ ok: true });
  });

  it('finds by its head a chain that was written anew from some record on', async () => {
    const records = await chain(3);
    const { sequence, hash } = records[1] as AuditRecord;
    const sink = memoryAuditSink();
    const forger = createAuditTrail({ sink, clock: manualClock() });
    for (const number of [1, 7, 8]) await forger.record(entry(number));
    expect(await verify(sink.records)).toMatchObject({ ok: true });
    expect(await verify(sink.records, { head: { sequence, hash } })).toMatchObject({
      ok: false,
      sequence: 2,
    });
  });

  it('with a key, cannot be written anew without it', async () => {
    const forged = await chain(3, 'another key');
    expect(await verify(forged, { key: 'the key' })).toMatchObject({ ok: false, sequence: 1 });
    expect(await verify(await chain(3), { key: 'the key' })).toMatchObject({ ok: false });
    const withoutKey = await verify(await chain(3, 'the key'));
    expect(withoutKey).toMatchObject({
      ok: false,
      reason: expect.stringContaining('a key: give it'),
    });
    expect(await verify(await chain(3, 'the key'), { key: 'the key' })).toMatchObject({ ok: true });
  });
});

describe('ndjsonAuditSink', () => {
  it('goes on with the chain after a restart, in a file for its owner only', async () => {
    const path = join(folder, 'logs', 'audit.ndjson');
    for (const numbers of [[1, 2], [3]]) {
      const trail = createAuditTrail({ sink: ndjsonAuditSink({ path }) });
      for (const number of numbers) await trail.record(entry(number));
    }
    const trail = createAuditTrail({ sink: ndjsonAuditSink({ path }) });
    expect(await trail.verify()).toMatchObject({ ok: true, records: 3 });
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it('keeps the order of records that come at the same time', async () => {
    const path = join(folder, 'many.ndjson');
    const trail = createAuditTrail({ sink: ndjsonAuditSink({ path }) });
    await Promise.all(Array.from({ length: 50 }, (_, number) => trail.record(entry(number))));
    expect(await trail.verify()).toMatchObject({ ok: true, records: 50 });
  });

  it('refuses to write where another process has written, so that the chain stays sound', async () => {
    const path = join(folder, 'two.ndjson');
    const first = createAuditTrail({ sink: ndjsonAuditSink({ path }) });
    await first.record(entry(1));
    const second = createAuditTrail({ sink: ndjsonAuditSink({ path }) });
    await second.record(entry(2));
    await expect(first.record(entry(3))).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('One process may write to it at a time'),
    });
    await second.record(entry(4));
    expect(await second.verify()).toMatchObject({ ok: true, records: 3 });
  });

  it('refuses to write to a file that was cut', async () => {
    const path = join(folder, 'cut.ndjson');
    const trail = createAuditTrail({ sink: ndjsonAuditSink({ path }) });
    await trail.record(entry(1));
    await writeFile(path, '');
    await expect(trail.record(entry(2))).rejects.toMatchObject({ code: 'ERR_CONFIGURATION' });
  });

  it('says which line is broken, and adds nothing behind it', async () => {
    const path = join(folder, 'broken.ndjson');
    await createAuditTrail({ sink: ndjsonAuditSink({ path }) }).record(entry(1));
    await writeFile(path, `${await readFile(path, 'utf8')}{"sequence":2,"ha`);
    const trail = createAuditTrail({ sink: ndjsonAuditSink({ path }) });
    const reason = expect.stringContaining('Line 2');
    const error = { code: 'ERR_AUDIT_UNREADABLE', message: reason };
    expect(await trail.verify()).toMatchObject({ ok: false, records: 1, sequence: 2, reason });
    await expect(trail.record(entry(2))).rejects.toMatchObject(error);
  });
});

describe('ndjsonAuditSink, of texts that are not its own', () => {
  it('keeps any text of a record in its line', async () => {
    const path = join(folder, 'texts.ndjson');
    const texts = ['\u2028', '\u2029', '\n', '\r', '\r\n', '\u0085', '\ud800', '\u0000', '\ufeff'];
    const trail = createAuditTrail({ sink: ndjsonAuditSink({ path }), key: 'k' });
    for (const text of texts) await trail.record({ ...entry(1), keys: [`a${text}b`] });
    expect(await trail.verify()).toMatchObject({ ok: true, records: texts.length });
    const again = createAuditTrail({ sink: ndjsonAuditSink({ path }), key: 'k' });
    await again.record(entry(2));
    expect(await again.verify()).toMatchObject({ ok: true, records: texts.length + 1 });
  });

  it.each([
    ['a name that stands twice', (line: string) => line.replace('{', '{"actor":"joe",')],
    ['spaces', (line: string) => line.replace(':', ': ')],
    ['another spelling', (line: string) => line.replace('jane', '\\u006aane')],
    ['a list', (line: string) => `[${line}]`],
    ['nothing', () => ''],
    ['null', () => 'null'],
  ])('finds %s, although JSON reads the same', async (name, change) => {
    const path = join(folder, `${name}.ndjson`);
    const trail = createAuditTrail({ sink: ndjsonAuditSink({ path }) });
    for (const number of [1, 2, 3]) await trail.record(entry(number));
    const lines = (await readFile(path, 'utf8')).split('\n');
    lines[1] = change(lines[1] ?? '');
    await writeFile(path, lines.join('\n'));
    expect(await trail.verify()).toMatchObject({ ok: false, records: 1, sequence: 2 });
  });
});

describe('callbackAuditSink', () => {
  it('leaves no gap behind a record that was not taken', async () => {
    const taken: AuditRecord[] = [];
    let isDown = false;
    const sink = callbackAuditSink({
      async write(record) {
        if (isDown) throw new Error('down');
        taken.push(record);
      },
    });
    const trail = createAuditTrail({ sink });
    await trail.record(entry(1));
    isDown = true;
    await expect(trail.record(entry(2))).rejects.toThrow('down');
    isDown = false;
    await trail.record(entry(3));
    expect(taken.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(await verify(taken)).toMatchObject({ ok: true });
  });

  it('goes on behind the head that it is told', async () => {
    const before = await chain(2);
    const taken: AuditRecord[] = [];
    const sink = callbackAuditSink({
      write: async (record) => void taken.push(record),
      head: async () => before.at(-1),
    });
    await createAuditTrail({ sink }).record(entry(3));
    expect(await verify([...before, ...taken])).toMatchObject({ ok: true, records: 3 });
  });
});
