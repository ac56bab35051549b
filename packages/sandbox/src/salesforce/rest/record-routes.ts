import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import { type Call, type DataRoute, findType, type Organization, readObject } from '../call.ts';
import { readId } from '../data/salesforce-id.ts';
import { badRequest, notFound, SalesforceError } from '../salesforce-error.ts';
import type { Row } from '../schema/object-definition.ts';
import type { ObjectType } from '../schema/schema.ts';
import { attributesOf, fieldAsJson } from '../soql/compile-select.ts';

const done = (id: string, created?: boolean) => ({
  id,
  success: true,
  errors: [],
  ...(created === undefined ? {} : { created }),
});

/** A record with the wanted fields, all unless told. @throws SalesforceError INVALID_FIELD */
export function showRecord(
  organization: Organization,
  type: ObjectType,
  row: Row,
  options: { readonly fields: readonly string[] | undefined; readonly basePath: string },
): Record<string, unknown> {
  const fields = options.fields?.map((name) => {
    const field = type.field(name.trim());
    if (field) return field;
    throw badRequest('INVALID_FIELD', `No such column '${name}' on entity '${type.name}'`);
  });
  const shown: Record<string, unknown> = {
    attributes: attributesOf(type, row.Id, options.basePath),
  };
  for (const field of fields ?? type.fields) {
    shown[field.name] = fieldAsJson(organization, field, row);
  }
  return shown;
}

/** Create, read, change, delete, by id and by external id. */
export function createRecordRoutes(organization: Organization): readonly DataRoute[] {
  const { schema, database, records } = organization;

  const rowOf = (type: ObjectType, text: string | undefined): Row => {
    const id = readId(text);
    if (id === undefined) {
      throw notFound(
        `Provided external ID field does not exist or is not accessible: ${String(text)}`,
      );
    }
    const row = database.table(type).get(id);
    if (!row) throw notFound();
    if (row.IsDeleted === true) {
      throw new SalesforceError(404, 'ENTITY_IS_DELETED', 'entity is deleted', []);
    }
    return row;
  };

  const fieldsOf = (call: Call): readonly string[] | undefined =>
    call.query.get('fields')?.split(',');
  const show = (call: Call, type: ObjectType, row: Row): SandboxResponse => ({
    status: 200,
    body: showRecord(organization, type, row, {
      fields: fieldsOf(call),
      basePath: call.basePath,
    }),
  });

  const severalAnswer = (call: Call, type: ObjectType, rows: readonly Row[]): SandboxResponse => ({
    status: 300,
    body: rows.map(({ Id }) => `${call.basePath}/sobjects/${type.name}/${Id}`),
  });

  const upsert = (call: Call): SandboxResponse => {
    const type = findType(schema, call.params.type);
    const { field: fieldName = '', value } = call.params;
    const found = records.match(type, fieldName, value);
    if (found.length > 1) return severalAnswer(call, type, found);
    const input = readObject(call);
    const own = Object.keys(input).find((name) => name.toLowerCase() === fieldName.toLowerCase());
    if (own !== undefined) {
      throw badRequest(
        'INVALID_FIELD',
        `The ${own} field should not be specified in the sobject data.`,
      );
    }
    if (found.length === 0 && call.query.get('updateOnly') === 'true') throw notFound();
    const { row, created } = records.upsert(call.tx, type, { fieldName, value }, input, call.write);
    // Before version 46 an update answered nothing.
    if (!created && Number(call.version) < 46) return { status: 204 };
    return { status: created ? 201 : 200, body: done(row.Id, created) };
  };

  return [
    {
      method: 'POST',
      path: '/sobjects/:type',
      operation: 'create',
      handle(call) {
        const type = findType(schema, call.params.type);
        const row = records.insert(call.tx, type, readObject(call), call.write);
        return {
          status: 201,
          headers: { location: `${call.basePath}/sobjects/${type.name}/${row.Id}` },
          body: done(row.Id),
        };
      },
    },
    {
      method: 'GET',
      path: '/sobjects/:type/:id',
      operation: 'read',
      handle(call) {
        const type = findType(schema, call.params.type);
        return show(call, type, rowOf(type, call.params.id));
      },
    },
    {
      method: 'PATCH',
      path: '/sobjects/:type/:id',
      operation: 'update',
      handle(call) {
        const type = findType(schema, call.params.type);
        const { Id } = rowOf(type, call.params.id);
        records.update(call.tx, type, Id, readObject(call), call.write);
        return { status: 204 };
      },
    },
    {
      method: 'DELETE',
      path: '/sobjects/:type/:id',
      operation: 'delete',
      handle(call) {
        const type = findType(schema, call.params.type);
        records.remove(call.tx, type, rowOf(type, call.params.id).Id);
        return { status: 204 };
      },
    },
    {
      method: 'GET',
      path: '/sobjects/:type/:field/:value',
      operation: 'readByExternalId',
      handle(call) {
        const type = findType(schema, call.params.type);
        const found = records.match(type, call.params.field ?? '', call.params.value);
        if (found.length > 1) return severalAnswer(call, type, found);
        if (!found[0]) throw notFound();
        return show(call, type, found[0]);
      },
    },
    {
      method: 'PATCH',
      path: '/sobjects/:type/:field/:value',
      operation: 'upsert',
      handle: upsert,
    },
    {
      method: 'DELETE',
      path: '/sobjects/:type/:field/:value',
      operation: 'deleteByExternalId',
      handle(call) {
        const type = findType(schema, call.params.type);
        const found = records.match(type, call.params.field ?? '', call.params.value);
        if (found.length > 1) return severalAnswer(call, type, found);
        if (!found[0]) throw notFound();
        records.remove(call.tx, type, found[0].Id);
        return { status: 204 };
      },
    },
  ];
}
