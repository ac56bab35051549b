import { isDeepStrictEqual } from 'node:util';
import type { WriteOptions } from '../contract/call-options.ts';
import type { ErpRecord } from '../contract/erp-record.ts';
import type { WriteChange, WriteResult } from '../contract/record-write.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { Mapping } from '../mapping/compile-template.ts';
import { writeEach } from './write-each.ts';

/** How single records of an entity are written. */
export interface RowWriter<Canonical extends ErpRecord, Row extends object> {
  /** `manifest.id`, for errors. */
  readonly system: string;
  readonly entity: string;
  readonly mapping: Pick<Mapping<Canonical, Row>, 'encode' | 'encodePatch' | 'decode'>;
  /** Key and revision of a row. */
  readonly identify: (row: Row) => { readonly key: string; readonly revision?: string };
  /** The row as it is at the vendor now. Needed for `update` and `delete`. */
  readonly read?: (key: string) => Promise<Row | undefined>;
  /** Absent: the entity cannot be created. Answers the row that the vendor made. */
  readonly create?: (row: Row, idempotencyKey: string | undefined) => Promise<Row>;
  /** Absent: the entity cannot be updated. `row` holds the fields to write, `now` those of the vendor. */
  readonly update?: (key: string, row: Partial<Row>, now: Row) => Promise<Row>;
  /** Absent: the entity cannot be deleted. */
  readonly delete?: (key: string, now: Row) => Promise<void>;
}

/**
 * The rules of `write` for vendors that take one record at a time: an operation that is not offered is
 * refused, a dry run sends no write, a record that already is as wanted stays untouched, another
 * revision than the expected one is a conflict, and each record has a result of its own.
 */
export function writeRows<Canonical extends ErpRecord, Row extends object>(
  changes: readonly WriteChange<Canonical>[],
  writer: RowWriter<Canonical, Row>,
  options: WriteOptions = {},
): Promise<readonly WriteResult[]> {
  const { signal } = options;
  return writeEach(changes, (change) => writeRow(change, writer, options), { signal });
}

async function writeRow<Canonical extends ErpRecord, Row extends object>(
  change: WriteChange<Canonical>,
  writer: RowWriter<Canonical, Row>,
  { dryRun = false }: WriteOptions,
): Promise<WriteResult> {
  const { mapping, identify } = writer;
  if (change.op === 'delete') {
    const remove = writer.delete ?? refuse(writer, 'deleted');
    const now = await readNow(change.key, change.expectedRevision, writer);
    if (!dryRun) await remove(change.key, now);
    return { status: 'deleted', key: change.key };
  }
  if (change.key === undefined) {
    const create = writer.create ?? refuse(writer, 'created');
    const row = mapping.encode(change.record);
    if (dryRun) return { status: 'created', key: '' };
    return { status: 'created', ...identify(await create(row, change.idempotencyKey)) };
  }
  const { key } = change;
  const update = writer.update ?? refuse(writer, 'updated');
  const row = mapping.encodePatch(change.record);
  const now = await readNow(key, change.expectedRevision, writer);
  // Compared in canonical form, where 1.5 and 1.500 are the same.
  if (isDeepStrictEqual(mapping.decode({ ...now, ...row }), mapping.decode(now))) {
    return { status: 'unchanged', ...identify(now) };
  }
  if (dryRun) return { status: 'updated', key };
  return { status: 'updated', ...identify(await update(key, row, now)) };
}

async function readNow<Canonical extends ErpRecord, Row extends object>(
  key: string,
  expectedRevision: string | undefined,
  { system, entity, read, identify }: RowWriter<Canonical, Row>,
): Promise<Row> {
  const now = await read?.(key);
  const about = { system, entity, key };
  if (now === undefined) {
    const message = `${system} has no ${entity} ${key}.`;
    throw new ConnectorError({ code: 'ERR_NOT_FOUND', category: 'not-found', message, ...about });
  }
  const { revision } = identify(now);
  if (expectedRevision !== undefined && expectedRevision !== revision) {
    const message = `The ${entity} ${key} has changed in ${system} since it was read. Read it again.`;
    throw new ConnectorError({ code: 'ERR_CONFLICT', category: 'conflict', message, ...about });
  }
  return now;
}

function refuse(about: { readonly system: string; readonly entity: string }, what: string): never {
  const { system, entity } = about;
  throw new ConnectorError({
    code: 'ERR_UNSUPPORTED_OPERATION',
    category: 'unsupported',
    message: `A ${entity} cannot be ${what} in ${system}.`,
    system,
    entity,
  });
}
