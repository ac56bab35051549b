import { badRequest } from '../salesforce-error.ts';
import type { Value } from '../schema/object-definition.ts';
import type { Field, ObjectType, Schema } from '../schema/schema.ts';
import type { Database } from './database.ts';
import { ExactNumber } from './json.ts';
import { fromWire } from './wire-value.ts';

/** A record as a client sends it. */
export type RecordInput = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is RecordInput =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof ExactNumber);

/** The record that `{ Account: { ERP_Id__c: 'X' } }` means. */
function resolveForeignKey(
  field: Field,
  given: RecordInput,
  { schema, database }: { readonly schema: Schema; readonly database: Database },
): Value {
  const target = schema.object(field.referenceTo?.[0] ?? '');
  const entries = Object.entries(given).filter(([name]) => name !== 'attributes');
  const [keyName = '', keyValue] = entries[0] ?? [];
  const key = target?.field(keyName);
  if (!target || !key || entries.length !== 1 || !(key.externalId || key.name === 'Id')) {
    throw badRequest(
      'INVALID_FIELD',
      `Foreign key external ID field ${keyName} in entity ${target?.name} is not an external id`,
    );
  }
  const value = fromWire(key, keyValue);
  if (value === null) return null;
  const found =
    key.name === 'Id'
      ? [database.get(target.name, value)].filter((row) => row !== undefined)
      : database.table(target).find(key, value);
  if (found.length === 1) return found[0]!.Id;
  throw found.length === 0
    ? badRequest(
        'INVALID_FIELD',
        `Foreign key external ID: ${String(keyValue).toLowerCase()} not found for field ${key.name} in entity ${target.name}`,
      )
    : badRequest(
        'DUPLICATE_EXTERNAL_ID',
        `Foreign key external ID: ${String(keyValue)} is found more than once for field ${key.name} in entity ${target.name}`,
      );
}

/**
 * The fields of a record that a client sent, checked one by one.
 * @throws SalesforceError
 */
export function readRecordInput(
  type: ObjectType,
  input: RecordInput,
  context: {
    readonly schema: Schema;
    readonly database: Database;
    readonly isInsert: boolean;
  },
): Record<string, Value> {
  const values: Record<string, Value> = {};
  const forbidden: string[] = [];
  for (const [name, given] of Object.entries(input)) {
    if (name === 'attributes') continue;
    const own = type.field(name);
    const parent = own ? undefined : type.parent(name);
    const field = own ?? (isObject(given) || given === null ? parent : undefined);
    if (!field) {
      throw badRequest('INVALID_FIELD', `No such column '${name}' on sobject of type ${type.name}`);
    }
    if (field.name === 'Id') {
      throw badRequest(
        'INVALID_FIELD',
        'The Id field should not be specified in the sobject data.',
      );
    }
    if (!(context.isInsert ? field.createable : field.updateable)) {
      forbidden.push(field.name);
      continue;
    }
    values[field.name] =
      isObject(given) && field === parent
        ? resolveForeignKey(field, given, context)
        : fromWire(field, given);
  }
  if (forbidden.length > 0) {
    throw badRequest(
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      `Unable to create/update fields: ${forbidden.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
      forbidden,
    );
  }
  return values;
}
