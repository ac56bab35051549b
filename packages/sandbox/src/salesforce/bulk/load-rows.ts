import type { SeededRandom } from '../../toolkit/seeded-random.ts';
import type { Organization } from '../call.ts';
import type { Transaction } from '../data/database.ts';
import type { RecordInput } from '../data/record-input.ts';
import { readId } from '../data/salesforce-id.ts';
import { assertFirst } from '../data/same-key.ts';
import { badRequest, SalesforceError } from '../salesforce-error.ts';
import type { ObjectType } from '../schema/schema.ts';

/** What became of the rows of a job. */
export interface LoadResult {
  /** Id, whether it was created, then the row as it came. */
  readonly successful: readonly (readonly string[])[];
  /** Id if known, the error, then the row as it came. */
  readonly failed: readonly (readonly string[])[];
}

export interface LoadJob {
  readonly type: ObjectType;
  readonly operation: string;
  readonly externalIdFieldName: string | undefined;
  readonly createdById: string;
  readonly origin: string | undefined;
}

// Rows are worked on in groups; all of a group have the same stamp.
const groupSize = 200;
const emptied = '#N/A';

/** A column that the object does not have; it fails the whole job. */
export function findUnknownColumn(
  organization: Organization,
  type: ObjectType,
  header: readonly string[],
): string | undefined {
  return header.find((column) => {
    const [relationship = '', name, ...more] = column.split('.');
    if (name === undefined) return !type.field(column);
    const parent = type.parent(relationship);
    const target = organization.schema.object(parent?.referenceTo?.[0] ?? '');
    return !target?.field(name) || more.length > 0;
  });
}

/** A row as a record: empty values are left out, `#N/A` clears. */
function readRow(header: readonly string[], row: readonly string[]): RecordInput {
  const input: Record<string, unknown> = {};
  for (const [index, column] of header.entries()) {
    const text = row[index] ?? '';
    if (text === '') continue;
    const value = text === emptied ? null : text;
    const [relationship = '', name] = column.split('.');
    if (name === undefined) input[column] = value;
    else input[relationship] = value === null ? null : { [name]: value };
  }
  return input;
}

function shuffle<Value>(values: Value[], random: SeededRandom): readonly Value[] {
  for (let at = values.length - 1; at > 0; at -= 1) {
    const other = random.integer(0, at);
    [values[at], values[other]] = [values[other]!, values[at]!];
  }
  return values;
}

/** Carries out the rows of a job, each on its own. Results come in no order. */
export function loadRows(
  organization: Organization,
  job: LoadJob,
  csv: { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] },
  random: SeededRandom,
): LoadResult {
  const { database, records } = organization;
  const { type, operation, externalIdFieldName = 'Id' } = job;
  const successful: string[][] = [];
  const failed: string[][] = [];
  const seen = new Set<string>();

  const takeId = (input: RecordInput): { readonly id: string; readonly rest: RecordInput } => {
    const idName = Object.keys(input).find((name) => name.toLowerCase() === 'id') ?? 'Id';
    const { [idName]: given, ...rest } = input;
    const id = readId(given);
    if (id !== undefined) return { id, rest };
    throw given === undefined
      ? badRequest('MISSING_ARGUMENT', `Id not specified in an ${operation} call`)
      : badRequest('MALFORMED_ID', `malformed id ${String(given)}`, ['Id']);
  };

  const runRow = (tx: Transaction, input: RecordInput): readonly [string, boolean] => {
    switch (operation) {
      case 'insert':
        if (Object.keys(input).some((name) => name.toLowerCase() === 'id')) {
          throw badRequest(
            'INVALID_FIELD_FOR_INSERT_UPDATE',
            'cannot specify Id in an insert call',
            ['Id'],
          );
        }
        return [records.insert(tx, type, input).Id, true];
      case 'update': {
        const { id, rest } = takeId(input);
        records.update(tx, type, id, rest);
        return [id, false];
      }
      case 'upsert': {
        const keyName = Object.keys(input).find(
          (name) => name.toLowerCase() === externalIdFieldName.toLowerCase(),
        );
        const { [keyName ?? '']: value, ...rest } = input;
        if (value === undefined || value === null) {
          throw badRequest('MISSING_ARGUMENT', `${externalIdFieldName} not specified`);
        }
        assertFirst(seen, externalIdFieldName, value);
        const key = { fieldName: externalIdFieldName, value };
        const { row, created } = records.upsert(tx, type, key, rest);
        return [row.Id, created];
      }
      default: {
        const { id } = takeId(input);
        records.remove(tx, type, id);
        if (operation === 'hardDelete') database.purge(type, id);
        return [id, false];
      }
    }
  };

  for (let from = 0; from < csv.rows.length; from += groupSize) {
    const tx = database.begin({ userId: job.createdById, origin: job.origin });
    seen.clear();
    for (const row of csv.rows.slice(from, from + groupSize)) {
      const mark = tx.mark();
      try {
        const [id, created] = runRow(tx, readRow(csv.header, row));
        successful.push([id, String(created), ...row]);
      } catch (error) {
        tx.rollBackTo(mark);
        if (!(error instanceof SalesforceError)) throw error;
        const { errorCode, message, fields = [] } = error;
        failed.push(['', `${errorCode}:${message}:${fields.join(',')} --`, ...row]);
      }
    }
    tx.commit();
  }
  return { successful: shuffle(successful, random), failed: shuffle(failed, random) };
}
