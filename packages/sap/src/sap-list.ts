import {
  type CallOptions,
  type Checkpoint,
  type ErpRecord,
  invalidCheckpoint,
  type RecordPage,
  type RecordQuery,
} from '@common/connector-core';
import { type KeyedRead, keyedPages } from './keyed-pages.ts';
import { filterOf, referenceFilter } from './sap-query.ts';

/** A full read, page by page in the order of the key. */
export async function* listRecords(
  open: () => KeyedRead,
  { where, pageSize, after }: RecordQuery = {},
  call: CallOptions,
): AsyncGenerator<RecordPage> {
  const read = open();
  const pages = keyedPages(
    {
      ...read,
      pageSize: pageSize ?? read.pageSize,
      restriction: filterOf(read.entity, where),
      after: readAfter(after),
    },
    call,
  );
  for await (const { records, failures, lastKey } of pages) {
    yield {
      records: records.map(({ record }) => record),
      ...(failures.length > 0 ? { failures } : {}),
      checkpoint: { after: lastKey },
    };
  }
}

/** The records of a reference. */
export async function findRecords(
  read: KeyedRead,
  reference: Readonly<Record<string, string>>,
  call: CallOptions,
): Promise<readonly ErpRecord[]> {
  const restriction = referenceFilter(read.entity, reference);
  const found: ErpRecord[] = [];
  for await (const { records, failures } of keyedPages({ ...read, restriction }, call)) {
    // Not being able to read what was found is not the same as not finding it.
    const [failure] = failures;
    if (failure) throw failure.error;
    found.push(...records.map(({ record }) => record));
  }
  return found;
}

function readAfter(checkpoint: Checkpoint = {}): string | undefined {
  const { after } = checkpoint;
  if (after === undefined || typeof after === 'string') return after;
  throw invalidCheckpoint({ system: 'sap', of: 'a list' });
}
