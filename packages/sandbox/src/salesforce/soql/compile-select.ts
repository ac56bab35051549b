import { toJson } from '../data/wire-value.ts';
import type { Row } from '../schema/object-definition.ts';
import type { Field, ObjectType } from '../schema/schema.ts';
import { bindPath, parentOf, type QueryScope } from './resolve-path.ts';
import { soqlError } from './soql-error.ts';
import type { SelectItem, SoqlQuery } from './soql-query.ts';

export type Projection = (row: Row) => Record<string, unknown>;

/** A parent object in the answer and what is shown of it. */
interface Node {
  readonly type: ObjectType;
  readonly fields: Set<Field>;
  readonly parents: Map<Field, Node>;
}

const addressParts = ['Street', 'City', 'State', 'PostalCode', 'Country'] as const;

function addressValue(field: Field, row: Row): unknown {
  const prefix = field.name.replace(/Address$/, '');
  const values = addressParts.map((part) => [part, row[prefix + part] ?? null] as const);
  if (values.every(([, value]) => value === null)) return null;
  const lower = values.map(([part, value]) => [part[0]!.toLowerCase() + part.slice(1), value]);
  return { ...Object.fromEntries(lower), geocodeAccuracy: null, latitude: null, longitude: null };
}

/** A field of a record as JSON. */
export function fieldAsJson(
  scope: QueryScope | { database: QueryScope['database'] },
  field: Field,
  row: Row,
): unknown {
  if (field.type === 'address') return addressValue(field, row);
  return toJson(field, scope.database.valueIn(field, row));
}

export const attributesOf = (type: ObjectType, id: string, basePath: string) => ({
  type: type.name,
  url: `${basePath}/sobjects/${type.name}/${id}`,
});

function selectFields(
  scope: QueryScope,
  node: Node,
  item: Extract<SelectItem, { kind: 'fields' }>,
  limit: number | undefined,
): void {
  const isBounded = limit !== undefined && limit <= 200;
  if (item.which !== 'standard' && !isBounded) {
    throw soqlError({
      errorCode: 'MALFORMED_QUERY',
      message:
        'The SOQL FIELDS function must have a LIMIT of at most 200 for FIELDS(ALL) and FIELDS(CUSTOM)',
      soql: scope.soql,
      at: item.at,
    });
  }
  for (const field of node.type.fields) {
    const isCustom = field.isCustom;
    if (item.which === 'all' || (item.which === 'custom') === isCustom) node.fields.add(field);
  }
}

function project(scope: QueryScope, node: Node, basePath: string): Projection {
  const fields = [...node.fields];
  const parents = [...node.parents].map(([reference, parent]) => ({
    reference,
    show: project(scope, parent, basePath),
  }));
  return (row) => {
    const shown: Record<string, unknown> = {
      attributes: attributesOf(node.type, row.Id, basePath),
    };
    for (const field of fields) shown[field.name] = fieldAsJson(scope, field, row);
    for (const { reference, show } of parents) {
      const parent = parentOf(scope, reference, row);
      shown[reference.relationshipName!] = parent ? show(parent) : null;
    }
    return shown;
  };
}

export interface SelectContext {
  readonly basePath: string;
  /** The nested result of a child query for one record. */
  readonly childResult: (
    query: SoqlQuery,
    type: ObjectType,
  ) => {
    readonly name: string;
    readonly of: (row: Row) => unknown;
  };
}

/** Makes records as a query shows them. @throws SalesforceError */
export function compileSelect(
  scope: QueryScope,
  type: ObjectType,
  query: SoqlQuery,
  context: SelectContext,
): Projection {
  const root: Node = { type, fields: new Set(), parents: new Map() };
  const children: ReturnType<SelectContext['childResult']>[] = [];
  for (const item of query.select) {
    if (item.kind === 'child') children.push(context.childResult(item.query, type));
    if (item.kind === 'fields') selectFields(scope, root, item, query.limit);
    if (item.kind !== 'path') continue;
    const { field, parents } = bindPath(scope, type, item.path);
    let node = root;
    for (const parent of parents) {
      const target = scope.schema.object(parent.referenceTo![0]!)!;
      const known = node.parents.get(parent);
      const inner = known ?? { type: target, fields: new Set<Field>(), parents: new Map() };
      node.parents.set(parent, inner);
      node = inner;
    }
    if (node.fields.has(field)) {
      throw soqlError({
        errorCode: 'INVALID_FIELD',
        message: `duplicate field selected: ${field.name}`,
        soql: scope.soql,
        at: item.path.at,
      });
    }
    node.fields.add(field);
  }
  const show = project(scope, root, context.basePath);
  if (children.length === 0) return show;
  return (row) => {
    const shown = show(row);
    for (const child of children) shown[child.name] = child.of(row);
    return shown;
  };
}
