import { ConnectorError } from '../errors/connector-error.ts';
import type { AuditRecord } from './audit-record.ts';

/**
 * A record of the text that a sink has kept, `JSON.stringify(record)`. Another text is refused even
 * if JSON reads the same record out of it: of a name that stands twice, JSON shows one value only.
 *
 * @param where - for the message, for example `Line 7 of the audit file a.ndjson`
 * @throws ConnectorError `ERR_AUDIT_UNREADABLE`
 */
export function parseRecord(text: string, where: string): AuditRecord {
  try {
    const record = JSON.parse(text) as AuditRecord | null;
    const isRecord = typeof record?.sequence === 'number' && typeof record.hash === 'string';
    if (isRecord && JSON.stringify(record) === text) return record;
  } catch {
    // Told below.
  }
  throw new ConnectorError({
    code: 'ERR_AUDIT_UNREADABLE',
    category: 'internal',
    message: `${where} is no audit record: it was cut off or changed. Keep what is there for the investigation, and start a new chain.`,
  });
}
