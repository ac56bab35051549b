import { type AuditEntry, createAuditTrail } from '@common/connector-core/audit';
import { type Kysely, sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import type { SqlStore } from '../sql-store.ts';
import { sqlStores } from '../testing/sql-stores.ts';
import { sqlAuditSink } from './sql-audit-sink.ts';

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

const tamper = (store: SqlStore, statements: string) =>
  store.database.transaction(async (db: Kysely<unknown>) => {
    for (const statement of statements.split(';')) await sql.raw(statement).execute(db);
  });

for (const stores of await sqlStores()) {
  describe(`the audit trail in ${stores.name}`, () => {
    afterAll(() => stores.close());

    it('is one chain for all who share the database, also after a restart', async () => {
      const store = stores.create();
      const sinks = [store, stores.another(store)].map((one) => sqlAuditSink({ store: one }));
      await Promise.all(
        Array.from({ length: 40 }, (_, number) =>
          createAuditTrail({ sink: sinks[number % 2]! }).record(entry(number)),
        ),
      );
      await store.close();
      const sink = sqlAuditSink({ store: stores.another(store) });
      expect(await createAuditTrail({ sink }).verify()).toMatchObject({ ok: true, records: 40 });
    });

    it('may be many pages long', async () => {
      const trail = createAuditTrail({ sink: sqlAuditSink({ store: stores.create() }) });
      for (let number = 0; number < 1001; number += 1) await trail.record(entry(number));
      expect(await trail.verify()).toMatchObject({ ok: true, records: 1001 });
    });

    it('may be one of several chains', async () => {
      const store = stores.create();
      const [a, b] = ['a', 'b'].map((chain) =>
        createAuditTrail({ sink: sqlAuditSink({ store, chain }) }),
      );
      await a?.record(entry(1));
      await b?.record(entry(2));
      await b?.record(entry(3));
      expect(await a?.verify()).toMatchObject({ ok: true, records: 1 });
      expect(await b?.verify()).toMatchObject({ ok: true, records: 2 });
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
    ])('lets %s be found', async (_, statements, problem) => {
      const store = stores.create();
      const trail = createAuditTrail({ sink: sqlAuditSink({ store }) });
      for (let number = 1; number <= 4; number += 1) await trail.record(entry(number));
      await tamper(store, statements);
      expect(await trail.verify()).toMatchObject({ ok: false, sequence: 2, problem });
    });
  });
}
