import type { RecordFailure } from '../contract/record-page.ts';

/** The records of a page, and those that could not be read. */
export interface DecodedRecords<Canonical> {
  readonly records: readonly Canonical[];
  readonly failures: readonly RecordFailure[];
}

/**
 * Decodes the rows of a page one by one: a row that cannot be decoded is reported beside the others
 * and does not stop them.
 */
export function decodeRecords<Row, Canonical>(
  rows: readonly Row[],
  how: {
    readonly decode: (row: Row) => Canonical;
    /** The native key of a row, where it can be read. */
    readonly keyOf: (row: Row) => string | undefined;
  },
): DecodedRecords<Canonical> {
  const records: Canonical[] = [];
  const failures: RecordFailure[] = [];
  for (const row of rows) {
    try {
      records.push(how.decode(row));
    } catch (error) {
      failures.push({ key: how.keyOf(row), error: error as Error });
    }
  }
  return { records, failures };
}
