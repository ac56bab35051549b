import { decodeRecords, type ErpRecord, type RecordFailure } from '@common/connector-core';
import type { RowPage } from './salesforce-read.ts';
import type { SalesforceTarget } from './salesforce-target.ts';

/** A row that cannot be decoded is reported beside the others and does not stop them. */
export function decodeRows(
  { codec }: Pick<SalesforceTarget, 'codec'>,
  { rows, description }: RowPage,
): { readonly records: readonly ErpRecord[]; readonly failures?: readonly RecordFailure[] } {
  const { records, failures } = decodeRecords(rows, {
    decode: (row) => codec.decode(row, description),
    keyOf: ({ Id }) => (typeof Id === 'string' ? Id : undefined),
  });
  return { records, ...(failures.length > 0 ? { failures } : {}) };
}
