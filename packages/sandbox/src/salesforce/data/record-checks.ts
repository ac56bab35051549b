import { badRequest } from '../salesforce-error.ts';
import type { Row, Value } from '../schema/object-definition.ts';
import type { ObjectType, Schema } from '../schema/schema.ts';
import type { Database } from './database.ts';

/** Refuses a record that looks like one that there is already. */
export interface DuplicateRule {
  readonly object: string;
  /** Fields that must all be alike. */
  readonly fields: readonly string[];
}

/** What checks look things up in. */
interface Checking {
  readonly schema: Schema;
  readonly database: Database;
}

/** @throws SalesforceError REQUIRED_FIELD_MISSING */
export function checkRequired(type: ObjectType, row: Row): void {
  const missing = type.required.filter(({ name }) => (row[name] ?? null) === null);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  throw badRequest(
    'REQUIRED_FIELD_MISSING',
    `Required fields are missing: [${names.join(', ')}]`,
    names,
  );
}

/** References must be to records that exist, of the right object. @throws SalesforceError */
export function checkReferences(
  { schema, database }: Checking,
  type: ObjectType,
  row: Row,
  previous: Row | undefined,
): void {
  for (const field of type.references) {
    const id = row[field.name];
    if (typeof id !== 'string' || id === previous?.[field.name]) continue;
    const found = (field.referenceTo ?? [])
      .map((name) => database.get(name, id))
      .find((target) => target !== undefined);
    if (found && found.IsDeleted !== true) continue;
    const isOfOther = !field.referenceTo?.some(
      (name) => schema.object(name)?.definition.keyPrefix === id.slice(0, 3),
    );
    throw isOfOther
      ? badRequest(
          'FIELD_INTEGRITY_EXCEPTION',
          `${field.label}: id value of incorrect type: ${id}`,
          [field.name],
        )
      : badRequest(
          found ? 'ENTITY_IS_DELETED' : 'INVALID_CROSS_REFERENCE_KEY',
          found ? 'entity is deleted' : 'invalid cross reference id',
          [field.name],
        );
  }
}

/** @throws SalesforceError DUPLICATE_VALUE */
export function checkUnique({ database }: Checking, type: ObjectType, row: Row): void {
  for (const field of type.uniques) {
    const value = row[field.name];
    if (value === undefined || value === null) continue;
    const other = database
      .table(type)
      .find(field, value)
      .find(({ Id }) => Id !== row.Id);
    if (!other) continue;
    throw badRequest(
      'DUPLICATE_VALUE',
      `duplicate value found: ${field.name} duplicates value on record with id: ${other.Id}`,
      [],
    );
  }
}

/** @throws SalesforceError DUPLICATES_DETECTED */
export function checkDuplicates(
  { database }: Checking,
  rules: readonly DuplicateRule[],
  type: ObjectType,
  row: Row,
): void {
  const alike = (value: Value | undefined): string =>
    String(value ?? '')
      .toLowerCase()
      .trim();
  for (const rule of rules) {
    if (rule.object !== type.name || rule.fields.some((name) => alike(row[name]) === '')) continue;
    for (const other of database.table(type).rows()) {
      if (other.Id === row.Id || other.IsDeleted === true) continue;
      if (!rule.fields.every((name) => alike(other[name]) === alike(row[name]))) continue;
      throw badRequest('DUPLICATES_DETECTED', 'Use one of these records?', []);
    }
  }
}
