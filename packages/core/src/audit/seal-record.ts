import { createHash } from 'node:crypto';
import { hmacSha256 } from '../crypto/hmac.ts';
import type { AuditEntry, AuditHead, AuditRecord } from './audit-record.ts';

/** What comes before the first record. */
export const emptyHead: AuditHead = { sequence: 0, hash: '0'.repeat(64) };

/** Puts an entry behind a head. @param key - of the HMAC; without one the hash is plain SHA-256 */
export function sealRecord(
  entry: AuditEntry,
  options: { readonly previous: AuditHead; readonly at: string; readonly key: string | undefined },
): AuditRecord {
  const { previous, at, key } = options;
  const place = { sequence: previous.sequence + 1, at, previousHash: previous.hash };
  // As a store will give it back: what a payload holds beside JSON (dates, functions, `undefined` in
  // a list) would be hashed as something else. And a copy: whoever changes the payload later, changes his.
  const unsealed = JSON.parse(JSON.stringify({ ...entry, ...place })) as Omit<AuditRecord, 'hash'>;
  return { ...unsealed, hash: hashOf(unsealed, key) };
}

/** The hash that a record has to have. */
export function hashOf(record: Omit<AuditRecord, 'hash'>, key: string | undefined): string {
  const { hash: _own, ...rest } = record as AuditRecord;
  const text = canonicalText(rest);
  return key === undefined
    ? createHash('sha256').update(text, 'utf8').digest('hex')
    : hmacSha256(key, text).toString('hex');
}

/** JSON with sorted names, so that a store may keep a record in whatever order it likes. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}
