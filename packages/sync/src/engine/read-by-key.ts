import type { RecordChange, RecordFailure } from '@common/connector-core';
import { connectorErrorOf } from './connector-error-of.ts';
import type { Flow } from './flow.ts';
import { isOfRecord } from './record-error.ts';
import type { Session } from './session.ts';

/** Reads records of the source one by one. Those that it does not have come as deletions. */
export async function readByKey(
  { source, sourceEntity }: Flow,
  { signal, ensure }: Pick<Session, 'signal' | 'ensure'>,
  keys: Iterable<string>,
): Promise<{
  readonly changes: readonly RecordChange[];
  readonly failures: readonly RecordFailure[];
}> {
  const changes: RecordChange[] = [];
  const failures: RecordFailure[] = [];
  for (const key of new Set(keys)) {
    await ensure();
    try {
      const record = await source.get(sourceEntity, key, { signal });
      changes.push(record === undefined ? { op: 'delete', key } : { op: 'upsert', record });
    } catch (thrown) {
      const error = connectorErrorOf(thrown, signal);
      if (!isOfRecord(error)) throw error;
      failures.push({ key, error });
    }
  }
  return { changes, failures };
}
