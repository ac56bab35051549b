import { equalBytes } from '../crypto/hmac.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { AuditHead, AuditRecord } from './audit-record.ts';
import { emptyHead, hashOf } from './seal-record.ts';

/** What a verification found. */
export type AuditVerdict =
  | { readonly ok: true; readonly records: number; readonly head: AuditHead }
  | {
      readonly ok: false;
      /** Records that are sound, up to the first that is not. */
      readonly records: number;
      /** `sequence` that the record in that place should have. */
      readonly sequence: number;
      readonly problem: 'changed' | 'missing' | 'reordered' | 'cut-off';
      /** In words: what was found, and what it means. */
      readonly reason: string;
    };

/**
 * Walks a chain from its beginning and reports the first record that is not as it was written.
 *
 * @param options.head - the end of the chain as somebody kept it elsewhere. Without one nobody can
 * tell that records were cut off at the end
 */
export async function verifyChain(
  records: AsyncIterable<AuditRecord>,
  options: { readonly key?: string | undefined; readonly head?: AuditHead | undefined } = {},
): Promise<AuditVerdict> {
  const { key, head } = options;
  let previous = emptyHead;
  for await (const record of readable(records)) {
    const sequence = previous.sequence + 1;
    const broken = (
      problem: 'changed' | 'missing' | 'reordered' | 'cut-off',
      reason: string,
    ): AuditVerdict => ({ ok: false, records: previous.sequence, sequence, problem, reason });
    if (typeof record === 'string') return broken('changed', record);
    if (record.sequence > sequence) {
      return broken(
        'missing',
        `Record ${sequence} is missing: after ${previous.sequence} comes ${record.sequence}.`,
      );
    }
    if (record.sequence < sequence) {
      return broken('reordered', `Where record ${sequence} should be, ${record.sequence} is.`);
    }
    if (!equalBytes(record.hash, hashOf(record, key))) {
      const cause = `, or it was written with ${key === undefined ? 'a key: give it' : 'another key'}`;
      return broken('changed', `Record ${sequence} was changed after it was written${cause}.`);
    }
    if (record.previousHash !== previous.hash) {
      return broken(
        'changed',
        `Record ${sequence} does not follow the record before it: one of them was replaced.`,
      );
    }
    if (head?.sequence === sequence && head.hash !== record.hash) {
      return broken(
        'changed',
        `Record ${sequence} is not the one that was there when the head was kept.`,
      );
    }
    previous = { sequence, hash: record.hash };
  }
  if (head !== undefined && head.sequence > previous.sequence) {
    return {
      ok: false,
      records: previous.sequence,
      sequence: previous.sequence + 1,
      problem: 'cut-off',
      reason: `The chain ends at record ${previous.sequence}, it had ${head.sequence}: the end was cut off.`,
    };
  }
  return { ok: true, records: previous.sequence, head: previous };
}

/** The records, up to one that cannot be read: then why. */
async function* readable(
  records: AsyncIterable<AuditRecord>,
): AsyncGenerator<AuditRecord | string> {
  try {
    yield* records;
  } catch (error) {
    if (!ConnectorError.isInstance(error) || error.code !== 'ERR_AUDIT_UNREADABLE') throw error;
    yield error.message;
  }
}
