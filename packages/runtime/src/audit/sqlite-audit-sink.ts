import { type AuditSink, parseAuditRecord } from '@common/connector-core/audit';
import type { Kysely } from 'kysely';
import { type SharedFileOptions, sharedFile } from '../sqlite/shared-file.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';

export interface SqliteAuditSinkOptions extends SharedFileOptions {
  /**
   * Name of the chain: give each tenant its own, so that it can be handed over alone.
   * @default 'default'
   */
  readonly chain?: string | undefined;
}

/** An audit sink in a SQLite file. */
export interface SqliteAuditSink extends AuditSink {
  /** Closes a file of its own; a shared one is closed with its store. */
  close(): Promise<void>;
}

const pageSize = 500;

/**
 * Keeps the audit trail in a SQLite file, for all processes that share it.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` without a path and a store; as `sqliteStore` on first use
 */
export function sqliteAuditSink(options: SqliteAuditSinkOptions): SqliteAuditSink {
  const { chain = 'default' } = options;
  const { store, close } = sharedFile(options, 'sqliteAuditSink');
  const within = <Result>(
    work: (db: Kysely<StateSchema>) => Promise<Result>,
    readOnly = false,
  ): Promise<Result> =>
    store.transaction((state) => work((state as SqlStateTransaction).database), { readOnly });

  return {
    close,
    append: (seal) =>
      within(async (db) => {
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
      }),
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
          true,
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
