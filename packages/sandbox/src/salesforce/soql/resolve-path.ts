import type { Database } from '../data/database.ts';
import type { Row, Value } from '../schema/object-definition.ts';
import type { Field, ObjectType, Schema } from '../schema/schema.ts';
import { soqlError } from './soql-error.ts';
import type { Path } from './soql-query.ts';

/** What names in a query are looked up in. */
export interface QueryScope {
  readonly schema: Schema;
  readonly database: Database;
  readonly soql: string;
}

/** A field path, bound to the objects. */
export interface BoundPath {
  readonly field: Field;
  /** Reference fields on the way. */
  readonly parents: readonly Field[];
  readonly valueIn: (row: Row) => Value;
}

const maximumLevels = 5;

const missingColumn = (scope: QueryScope, type: ObjectType, name: string, at: number) =>
  soqlError({
    errorCode: 'INVALID_FIELD',
    message: `No such column '${name}' on entity '${type.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
    soql: scope.soql,
    at,
  });

/** Finds the record that a reference field points to. */
export function parentOf(scope: QueryScope, field: Field, row: Row | undefined): Row | undefined {
  const id = row?.[field.name];
  for (const target of field.referenceTo ?? []) {
    const parent = scope.database.get(target, id);
    if (parent) return parent;
  }
  return undefined;
}

/** Binds `Account.Owner.Name` to fields. @throws SalesforceError INVALID_FIELD */
export function bindPath(scope: QueryScope, type: ObjectType, path: Path): BoundPath {
  const parents: Field[] = [];
  let at = path.at;
  let current = type;
  // The object's own name may stand in front: `Account.Name FROM Account`.
  const isOwn =
    path.names.length > 1 &&
    path.names[0]!.toLowerCase() === type.name.toLowerCase() &&
    !type.parent(path.names[0]!);
  const names = isOwn ? path.names.slice(1) : path.names;
  for (const name of names.slice(0, -1)) {
    const parent = current.parent(name);
    const target = parent && scope.schema.object(parent.referenceTo?.[0] ?? '');
    if (!parent || !target || parents.length === maximumLevels) {
      throw soqlError({
        errorCode: 'INVALID_FIELD',
        message: `Didn't understand relationship '${name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`,
        soql: scope.soql,
        at,
      });
    }
    parents.push(parent);
    current = target;
    at += name.length + 1;
  }
  const name = names.at(-1)!;
  const field = current.field(name);
  if (!field) throw missingColumn(scope, current, name, at);
  const { database } = scope;
  return {
    field,
    parents,
    valueIn(row) {
      let at: Row | undefined = row;
      for (const parent of parents) at = parentOf(scope, parent, at);
      return at ? database.valueIn(field, at) : null;
    },
  };
}
