import { type CanonicalEntities, entityJsonSchema } from '../../entities/canonical-entities.ts';

export type ValueKind =
  | 'text'
  | 'number-text'
  | 'decimal'
  | 'quantity'
  | 'amount'
  | 'date'
  | 'instant'
  | 'boolean'
  | 'enum'
  | 'unit'
  | 'currency'
  | 'country'
  | 'language';

/** A field of a canonical entity that values can be mapped to. */
export interface CanonicalField {
  /** Relative to its list: `orderNumber`, `address.city`. */
  readonly path: string;
  readonly name: string;
  readonly kind: ValueKind;
  /** Values of an enumeration. */
  readonly values?: readonly string[] | undefined;
}

/** The fields of a record, and the lists of records in it. */
export interface CanonicalScope {
  readonly fields: readonly CanonicalField[];
  readonly lists: readonly {
    readonly name: string;
    readonly isRequired: boolean;
    readonly scope: CanonicalScope;
  }[];
}

// The part of JSON Schema that the entities use.
interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly items?: Schema;
}

// Whose value the connector sets, or that has no fixed fields.
const notMapped = new Set(['source', 'custom']);

export const canonicalScope = (entity: keyof CanonicalEntities): CanonicalScope =>
  scopeOf(entityJsonSchema(entity) as Schema);

function scopeOf(schema: Schema): CanonicalScope {
  const entries = Object.entries(schema.properties ?? {}).filter(([name]) => !notMapped.has(name));
  return {
    fields: entries.flatMap(([name, field]) => fieldsOf(name, field)),
    lists: entries.flatMap(([name, { items }]) =>
      items?.type === 'object'
        ? [{ name, isRequired: schema.required?.includes(name) ?? false, scope: scopeOf(items) }]
        : [],
    ),
  };
}

function fieldsOf(name: string, schema: Schema): readonly CanonicalField[] {
  if (schema.type === 'array') return [];
  if (schema.type !== 'object' || schema.properties?.vendorCode !== undefined) {
    return [{ path: name, name, kind: kindOf(name, schema), values: schema.enum }];
  }
  return scopeOf(schema).fields.map((field) => ({ ...field, path: `${name}.${field.path}` }));
}

function kindOf(name: string, { type, format, pattern, enum: values }: Schema): ValueKind {
  if (type === 'object') return 'unit';
  if (type === 'boolean') return 'boolean';
  if (values !== undefined) return 'enum';
  if (format === 'date') return 'date';
  if (format === 'date-time') return 'instant';
  if (pattern === undefined) return /Number$/.test(name) ? 'number-text' : 'text';
  const fits = (text: string) => new RegExp(pattern).test(text);
  if (fits('5.000')) {
    if (!fits('5')) return 'quantity';
    return name.endsWith('Quantity') ? 'decimal' : 'amount';
  }
  if (fits('EUR')) return 'currency';
  if (fits('DE')) return 'country';
  return fits('de') ? 'language' : 'text';
}
