import type { AuditRecord } from './audit-record.ts';
import type { AuditSink } from './audit-sink.ts';

/** Keeps records in this process only. For tests, and to look at. */
export function memoryAuditSink(): AuditSink & { readonly records: readonly AuditRecord[] } {
  const records: AuditRecord[] = [];
  return {
    records,
    async append(seal) {
      const record = seal(records.at(-1));
      records.push(record);
      return record;
    },
    async *read() {
      yield* [...records];
    },
  };
}
