import type {
  CallOptions,
  ChangePage,
  Checkpoint,
  ErpRecord,
  IErpConnector,
  RecordChange,
  RecordPage,
  RecordQuery,
} from '@common/connector-core';
import { ensure } from './conformance-failure.ts';
import { pageSize } from './stage/stage.ts';

// Well above what any stage needs; a read that gets here does not end by itself.
const mostPages = 60;

async function collect<Page>(pages: AsyncIterable<Page>): Promise<Page[]> {
  const collected: Page[] = [];
  for await (const page of pages) {
    collected.push(page);
    ensure(collected.length < mostPages, `The read did not end within ${mostPages} pages`);
  }
  return collected;
}

/** The pages of a full read. */
export const listPages = (
  connector: IErpConnector,
  entity: string,
  query: RecordQuery = {},
  options?: CallOptions,
): Promise<RecordPage[]> => collect(connector.list(entity, { pageSize, ...query }, options));

/** The pages of changes since a checkpoint. */
export function changePages(
  connector: IErpConnector,
  entity: string,
  since?: Checkpoint,
): Promise<ChangePage[]> {
  ensure(connector.changes, 'The connector has no method "changes"');
  return collect(connector.changes(entity, since));
}

/** The native key of a record that was read. */
export function keyOf(record: ErpRecord): string {
  ensure(record.source?.key, 'A record was read without source.key');
  return record.source.key;
}

export const recordsOf = (pages: readonly RecordPage[]): ErpRecord[] =>
  pages.flatMap((page) => page.records);

export const changesOf = (pages: readonly ChangePage[]): RecordChange[] =>
  pages.flatMap((page) => page.changes);

export const changeKeyOf = (change: RecordChange): string =>
  change.op === 'delete' ? change.key : keyOf(change.record);

/** All records of an entity. */
export const listRecords = async (connector: IErpConnector, entity: string): Promise<ErpRecord[]> =>
  recordsOf(await listPages(connector, entity));

/** All native keys of an entity, in order. */
export const listKeys = async (connector: IErpConnector, entity: string): Promise<string[]> =>
  (await listRecords(connector, entity)).map(keyOf);

/** Checks that two reads brought the same keys, in whatever order and however often. */
export function ensureSameKeys(
  actual: Iterable<string>,
  expected: Iterable<string>,
  what: string,
): void {
  const [left, right] = [new Set(actual), new Set(expected)];
  const missing = [...right].filter((key) => !left.has(key));
  const extra = [...left].filter((key) => !right.has(key));
  ensure(
    missing.length === 0 && extra.length === 0,
    `${what}: missing [${missing.join(', ')}], too many [${extra.join(', ')}]`,
  );
}

/** Checks what a checkpoint has to be: small, and JSON that survives a round trip. */
export function ensureCheckpoint(checkpoint: Checkpoint): Checkpoint {
  const text = JSON.stringify(checkpoint);
  ensure(
    typeof checkpoint === 'object' && checkpoint !== null && text !== undefined,
    'A page has no checkpoint',
  );
  ensure(
    Buffer.byteLength(text) <= 4096,
    `A checkpoint has ${text.length} characters of JSON; 4096 bytes are the limit`,
  );
  return JSON.parse(text) as Checkpoint;
}
