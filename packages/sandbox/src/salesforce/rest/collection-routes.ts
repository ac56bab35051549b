import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import {
  type Call,
  type DataRoute,
  findType,
  isJsonObject,
  type Organization,
  readObject,
} from '../call.ts';
import type { RecordInput } from '../data/record-input.ts';
import { readId } from '../data/salesforce-id.ts';
import { assertFirst } from '../data/same-key.ts';
import { badRequest, recordError, SalesforceError } from '../salesforce-error.ts';
import type { ObjectType } from '../schema/schema.ts';
import { showRecord } from './record-routes.ts';

const maximumRecords = 200;
const maximumChunks = 10;

/** The result of one record; which keys it has follows the operation. */
type SaveResult = Readonly<Record<string, unknown>> & { readonly success: boolean };

const rolledBack = {
  statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  message:
    'Record rolled back because not all records were valid and the request was using AllOrNone header',
  fields: [],
};

const limitExceeded = (): SalesforceError =>
  badRequest(
    'EXCEEDED_ID_LIMIT',
    `record limit reached. cannot submit more than ${maximumRecords} records in this batch`,
  );

/** Records of one type in a row are a chunk, and there may be ten of them. */
function assertChunks(types: readonly unknown[]): void {
  const chunks = types.filter((type, index) => type !== types[index - 1]).length;
  if (chunks <= maximumChunks) return;
  throw badRequest(
    'LIMIT_EXCEEDED',
    `cannot have more than ${maximumChunks} chunks in a single operation`,
  );
}

const typeNameOf = (record: unknown): unknown =>
  isJsonObject(record) && isJsonObject(record.attributes) ? record.attributes.type : undefined;

/** Creates, changes, upserts, deletes and reads up to 200 records at once. */
export function createCollectionRoutes(organization: Organization): readonly DataRoute[] {
  const { schema, database, records } = organization;

  /** Carries out each item on its own; with `allOrNone` one failure undoes all. */
  const runAll = <Item>(
    call: Call,
    options: {
      readonly items: readonly Item[];
      readonly allOrNone: boolean;
      readonly run: (item: Item) => SaveResult;
      /** What a failed result says beside its errors. */
      readonly failed: (item: Item) => Readonly<Record<string, unknown>>;
    },
  ): SandboxResponse => {
    const { items, allOrNone, run, failed } = options;
    const start = call.tx.mark();
    const results = items.map((item): SaveResult => {
      const mark = call.tx.mark();
      try {
        return run(item);
      } catch (error) {
        call.tx.rollBackTo(mark);
        if (!(error instanceof SalesforceError)) throw error;
        return { ...failed(item), success: false, errors: [recordError(error)] };
      }
    });
    if (!allOrNone || results.every(({ success }) => success))
      return { status: 200, body: results };
    call.tx.rollBackTo(start);
    const body = results.map((result, index) =>
      result.success ? { ...failed(items[index]!), success: false, errors: [rolledBack] } : result,
    );
    return { status: 200, body };
  };

  const readRecords = (call: Call) => {
    const { records: given, allOrNone } = readObject(call);
    if (!Array.isArray(given) || given.length === 0 || !given.every(isJsonObject)) {
      throw badRequest('JSON_PARSER_ERROR', 'The field "records" must be a list of records');
    }
    if (given.length > maximumRecords) throw limitExceeded();
    assertChunks(given.map(typeNameOf));
    return { given: given as readonly RecordInput[], allOrNone: allOrNone === true };
  };
  const typeOf = (record: RecordInput): ObjectType => {
    const name = typeNameOf(record);
    if (typeof name !== 'string') {
      throw badRequest(
        'JSON_PARSER_ERROR',
        'Nested object for polymorphic foreign key must have an attributes field before any other fields.',
        [],
      );
    }
    const type = schema.object(name);
    if (type) return type;
    throw badRequest('INVALID_TYPE', `sObject type '${name}' is not supported.`, []);
  };
  const withoutId = (record: RecordInput): RecordInput =>
    Object.fromEntries(Object.entries(record).filter(([name]) => name.toLowerCase() !== 'id'));
  const givenId = (record: RecordInput): unknown => record.id ?? record.Id;
  const idOf = (record: RecordInput): string => {
    const id = readId(givenId(record));
    if (id !== undefined) return id;
    throw givenId(record) === undefined
      ? badRequest('MISSING_ARGUMENT', 'Id not specified in an update call', [])
      : badRequest('MALFORMED_ID', `malformed id ${String(givenId(record))}`, ['Id']);
  };
  const named = (id: unknown) => (typeof id === 'string' ? { id } : {});

  const create = (call: Call): SandboxResponse => {
    const { given, allOrNone } = readRecords(call);
    return runAll(call, {
      items: given,
      allOrNone,
      run(record) {
        const { Id } = records.insert(call.tx, typeOf(record), record, call.write);
        return { id: Id, success: true, errors: [] };
      },
      failed: () => ({}),
    });
  };

  const update = (call: Call): SandboxResponse => {
    const { given, allOrNone } = readRecords(call);
    return runAll(call, {
      items: given,
      allOrNone,
      run(record) {
        const type = typeOf(record);
        const id = idOf(record);
        records.update(call.tx, type, id, withoutId(record), call.write);
        return { id, success: true, errors: [] };
      },
      failed: (record) => named(givenId(record)),
    });
  };

  const upsert = (call: Call): SandboxResponse => {
    const type = findType(schema, call.params.type);
    const { field: fieldName = '' } = call.params;
    records.match(type, fieldName, null);
    const { given, allOrNone } = readRecords(call);
    const seen = new Set<string>();
    return runAll(call, {
      items: given,
      allOrNone,
      run(record) {
        if (typeOf(record) !== type) {
          throw badRequest('INVALID_TYPE', 'All records of an upsert are of one type', []);
        }
        const keyName = Object.keys(record).find(
          (name) => name.toLowerCase() === fieldName.toLowerCase(),
        );
        const { [keyName ?? '']: value, ...input } = record;
        if (value === undefined || value === null || value === '') {
          throw badRequest('MISSING_ARGUMENT', `${fieldName} not specified`, []);
        }
        assertFirst(seen, fieldName, value);
        const { row, created } = records.upsert(
          call.tx,
          type,
          { fieldName, value },
          input,
          call.write,
        );
        return { id: row.Id, success: true, errors: [], created };
      },
      failed: () => ({ created: false }),
    });
  };

  const remove = (call: Call): SandboxResponse => {
    const ids = (call.query.get('ids') ?? '').split(',').filter((id) => id !== '');
    if (ids.length === 0) throw badRequest('MISSING_ARGUMENT', 'ids: at least one is needed');
    if (ids.length > maximumRecords) throw limitExceeded();
    assertChunks(ids.map((id) => id.slice(0, 3)));
    return runAll(call, {
      items: ids,
      allOrNone: call.query.get('allOrNone') === 'true',
      run(text) {
        const id = readId(text);
        const type = id === undefined ? undefined : schema.objectOfId(id);
        if (id === undefined || !type) {
          throw badRequest('MALFORMED_ID', `malformed id ${text}`, []);
        }
        records.remove(call.tx, type, id);
        return { id, success: true, errors: [] };
      },
      failed: (id) => ({ id }),
    });
  };

  const retrieve = (
    call: Call,
    wanted: { readonly ids: readonly unknown[]; readonly fields: readonly unknown[] },
  ): SandboxResponse => {
    const type = findType(schema, call.params.type);
    // A list that is sent in the body may be longer.
    if (wanted.ids.length > 2_000) throw limitExceeded();
    const fields = wanted.fields.map(String);
    const body = wanted.ids.map((id) => {
      const row = database.table(type).get(readId(id));
      if (!row || row.IsDeleted === true) return null;
      return showRecord(organization, type, row, { fields, basePath: call.basePath });
    });
    return { status: 200, body };
  };

  const path = '/composite/sobjects';
  return [
    { method: 'POST', path, operation: 'createCollection', handle: create },
    { method: 'PATCH', path, operation: 'updateCollection', handle: update },
    { method: 'DELETE', path, operation: 'deleteCollection', handle: remove },
    {
      method: 'PATCH',
      path: `${path}/:type/:field`,
      operation: 'upsertCollection',
      handle: upsert,
    },
    {
      method: 'GET',
      path: `${path}/:type`,
      operation: 'retrieveCollection',
      handle: (call) =>
        retrieve(call, {
          ids: (call.query.get('ids') ?? '').split(','),
          fields: (call.query.get('fields') ?? 'Id').split(','),
        }),
    },
    {
      method: 'POST',
      path: `${path}/:type`,
      operation: 'retrieveCollection',
      handle(call) {
        const { ids, fields } = readObject(call);
        if (!Array.isArray(ids) || !Array.isArray(fields)) {
          throw badRequest('JSON_PARSER_ERROR', 'ids and fields must be lists');
        }
        return retrieve(call, { ids, fields });
      },
    },
  ];
}
