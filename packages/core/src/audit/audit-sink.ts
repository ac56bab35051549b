import type { CallOptions } from '../contract/call-options.ts';
import type { AuditHead, AuditRecord } from './audit-record.ts';

/** Where a chain is kept. Records are only ever added. */
export interface AuditSink {
  /**
   * Adds a record: calls `seal` with the head of the chain and keeps what it answers, both in one
   * step that nobody else comes between. Durable when it resolves, where the sink is.
   */
  append(
    seal: (previous: AuditHead | undefined) => AuditRecord,
    options?: CallOptions,
  ): Promise<AuditRecord>;
  /** The records in their order, as they are kept: also those that somebody has tampered with. */
  read(options?: CallOptions): AsyncIterable<AuditRecord>;
}
