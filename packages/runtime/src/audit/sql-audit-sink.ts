import { type AuditSink, parseAuditRecord } from '@common/connector-core/audit';
import type { TransactionOptions } from '@common/connector-sync';
import type { Kysely } from 'kysely';
import type { SqlStore } from '../sql-store.ts';
import type { SqlLock } from '../state/sql-database.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';

/** Options of `sqlAuditSink`. */
export interface SqlAuditSinkOptions {
  readonly store: SqlStore;
  /**
   * Name of the chain: give each tenant its own, so that it can be handed over alone.
   * @default 'default'
   */
  readonly chain?: string | undefined;
}

const pageSize = 500;

/** Keeps the audit trail in a SQL store, for all processes that share it. */
export function sqlAuditSink({ store, chain = 'default' }: SqlAuditSinkOptions): AuditSink {
  const within = <Result>(
    work: (db: Kysely<StateSchema>, lock: SqlLock) => Promise<Result>,
    options: TransactionOptions,
  ): Promise<Result> =>
    store.transaction((state) => {
      const { database, lock } = state as SqlStateTransaction;
      return work(database as Kysely<StateSchema>, lock);
    }, options);

  return {
    append: (seal) =>
      within(
        async (db, lock) => {
          await lock('audit', chain);
          const head = await db
            .selectFrom('audit_record')
            .select(['sequence', 'hash'])
            .where('chain', '=', chain)
            .orderBy('sequence', 'desc')
            .limit(1)
            .executeTakeFirst();
          const record = seal(head);
          const { sequence, hash } = record;
          await db
            .insertInto('audit_record')
            .values({ chain, sequence, hash, record: JSON.stringify(record) })
            .execute();
          return record;
        },
        { repeat: 'unless-stored' },
      ),
    async *read({ signal } = {}) {
      for (let after = 0; ; ) {
        signal?.throwIfAborted();
        const rows = await within(
          (db) =>
            db
              .selectFrom('audit_record')
              .select(['sequence', 'record'])
              .where('chain', '=', chain)
              .where('sequence', '>', after)
              .orderBy('sequence')
              .limit(pageSize)
              .execute(),
          { readOnly: true },
        );
        // The columns are only for finding: what counts, and is verified, is the text.
        for (const { sequence, record } of rows) {
          yield parseAuditRecord(record, `Record ${sequence} of the audit chain ${chain}`);
        }
        const last = rows.at(-1);
        if (last === undefined) return;
        after = last.sequence;
      }
    },
  };
}
