/**
 * Who did what on which connection, as a chain of records that nobody can change unnoticed.
 *
 * ```ts
 * import { auditConnector, createAuditTrail, ndjsonAuditSink } from '@common/connector-core/audit';
 *
 * const trail = createAuditTrail({
 *   sink: ndjsonAuditSink({ path: 'audit.ndjson' }),
 *   key: () => process.env.AUDIT_KEY ?? '',
 * });
 * const erp = auditConnector(sap(settings), { trail, tenant: 'acme', connection: 'erp' });
 * await erp.write('product', changes, { actor: 'jane@acme.example' });
 *
 * const verdict = await trail.verify();
 * if (!verdict.ok) console.error(verdict.reason);
 * ```
 *
 * @module
 */
export { type AuditConnectorOptions, auditConnector } from './audit-connector.ts';
export type { AuditEntry, AuditHead, AuditOutcome, AuditRecord } from './audit-record.ts';
export type { AuditSink } from './audit-sink.ts';
export { callbackAuditSink } from './callback-audit-sink.ts';
export { type AuditTrail, type AuditTrailOptions, createAuditTrail } from './create-audit-trail.ts';
export { memoryAuditSink } from './memory-audit-sink.ts';
export { ndjsonAuditSink } from './ndjson-audit-sink.ts';
export { parseRecord as parseAuditRecord } from './parse-record.ts';
export type { AuditVerdict } from './verify-chain.ts';
