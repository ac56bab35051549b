import { type AuditSink, parseAuditRecord } from '@common/connector-core/audit';
import type { Kysely } from 'kysely';
import type { SqlStore } from '../sql-store.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';
import { appendAuditRecord } from './append-audit-record.ts';

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
  return {
    append: (seal) =>
      store.transaction((state) => appendAuditRecord(state as SqlStateTransaction, chain, seal), {
        repeat: 'unless-stored',
      }),
    async *read({ signal } = {}) {
      for (let after = 0; ; ) {
        signal?.throwIfAborted();
        const rows = await store.transaction(
          (state) =>
            ((state as SqlStateTransaction).database as Kysely<StateSchema>)
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
