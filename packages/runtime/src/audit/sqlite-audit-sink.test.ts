import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type AuditEntry, createAuditTrail } from '@common/connector-core/audit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqliteStore } from '../sqlite-store.ts';
import { sqliteAuditSink } from './sqlite-audit-sink.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-audit-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const entry = (number: number): AuditEntry => ({
  actor: 'jane',
  tenant: 't1',
  connection: 'erp',
  system: 'sap',
  operation: 'get',
  keys: [String(number)],
  outcome: 'succeeded',
  correlationId: `c${number}`,
});

describe('sqliteAuditSink', () => {
  it('keeps one chain for all who share the file, also after a restart', async () => {
    const path = join(folder, 'shared.db');
    const sinks = [sqliteAuditSink({ path }), sqliteAuditSink({ path })];
    await Promise.all(
      Array.from({ length: 40 }, (_, number) =>
        createAuditTrail({ sink: sinks[number % 2]! }).record(entry(number)),
      ),
    );
    for (const sink of sinks) await sink.close();
    const sink = sqliteAuditSink({ path });
    expect(await createAuditTrail({ sink }).verify()).toMatchObject({ ok: true, records: 40 });
    await sink.close();
  });

  it('reads chains of many pages', async () => {
    const sink = sqliteAuditSink({ path: ':memory:' });
    const trail = createAuditTrail({ sink });
    for (let number = 0; number < 1001; number += 1) await trail.record(entry(number));
    expect(await trail.verify()).toMatchObject({ ok: true, records: 1001 });
    await sink.close();
  });

  it('keeps chains apart', async () => {
    const store = sqliteStore({ path: join(folder, 'chains.db') });
    const [a, b] = ['a', 'b'].map((chain) =>
      createAuditTrail({ sink: sqliteAuditSink({ store, chain }) }),
    );
    await a?.record(entry(1));
    await b?.record(entry(2));
    await b?.record(entry(3));
    expect(await a?.verify()).toMatchObject({ ok: true, records: 1 });
    expect(await b?.verify()).toMatchObject({ ok: true, records: 2 });
    await store.close();
  });

  it.each([
    [
      'a record that was changed',
      "update audit_record set record = replace(record, 'jane', 'joe') where sequence = 2",
      'changed',
    ],
    [
      'a record with a name twice',
      `update audit_record set record = '{"actor":"joe",' || substr(record, 2) where sequence = 2`,
      'changed',
    ],
    [
      'a record that is none any more',
      "update audit_record set record = 'x' where sequence = 2",
      'changed',
    ],
    ['a record that was removed', 'delete from audit_record where sequence = 2', 'missing'],
    [
      'records that were swapped',
      'update audit_record set sequence = -sequence where sequence in (2, 3); update audit_record set sequence = 5 + sequence where sequence < 0',
      'missing',
    ],
  ])('lets %s be found', async (_, statement, problem) => {
    const path = join(folder, `${problem}-${statement.length}.db`);
    const sink = sqliteAuditSink({ path });
    const trail = createAuditTrail({ sink });
    for (let number = 1; number <= 4; number += 1) await trail.record(entry(number));
    const database = new DatabaseSync(path);
    database.exec(statement);
    database.close();
    expect(await trail.verify()).toMatchObject({ ok: false, sequence: 2, problem });
    await sink.close();
  });
});
