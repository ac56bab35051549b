import type { FieldDefinition, ObjectDefinition } from './object-definition.ts';

/** A field with every default filled in. */
export interface Field extends FieldDefinition {
  readonly label: string;
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly isCustom: boolean;
  readonly isComputed: boolean;
}

interface ChildRelationship {
  readonly name: string | undefined;
  readonly objectName: string;
  readonly field: Field;
}

export interface ObjectType {
  readonly definition: ObjectDefinition;
  readonly name: string;
  readonly label: string;
  readonly labelPlural: string;
  readonly isCustom: boolean;
  readonly fields: readonly Field[];
  /** By name, upper and lower case make no difference. */
  field(name: string): Field | undefined;
  /** The reference field behind a parent relationship such as `Account`. */
  parent(relationshipName: string): Field | undefined;
  child(relationshipName: string): ChildRelationship | undefined;
  readonly children: readonly ChildRelationship[];
  /** Fields that each write looks at. */
  readonly required: readonly Field[];
  readonly references: readonly Field[];
  readonly uniques: readonly Field[];
  readonly filledOnInsert: readonly Field[];
}

export interface Schema {
  readonly objects: readonly ObjectType[];
  object(name: string): ObjectType | undefined;
  objectOfId(id: string): ObjectType | undefined;
  addField(objectName: string, field: FieldDefinition): void;
}

const auditFields: readonly FieldDefinition[] = [
  { name: 'IsDeleted', type: 'boolean', label: 'Deleted', defaultValue: false },
  { name: 'CreatedDate', type: 'datetime' },
  {
    name: 'CreatedById',
    type: 'reference',
    referenceTo: ['User'],
    relationshipName: 'CreatedBy',
  },
  { name: 'LastModifiedDate', type: 'datetime' },
  {
    name: 'LastModifiedById',
    type: 'reference',
    referenceTo: ['User'],
    relationshipName: 'LastModifiedBy',
  },
  { name: 'SystemModstamp', type: 'datetime', label: 'System Modstamp' },
].map((field) => ({ ...field, createable: false, updateable: false }) as FieldDefinition);

const idField: FieldDefinition = {
  name: 'Id',
  type: 'id',
  length: 18,
  createable: false,
  updateable: false,
};

const spaced = (name: string): string =>
  name
    .replace(/__c$/, '')
    .replaceAll('_', ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/ Id$/, ' ID');

const defaultLengths: Partial<Record<FieldDefinition['type'], number>> = {
  string: 255,
  textarea: 32_000,
  phone: 40,
  url: 255,
  email: 80,
  picklist: 255,
  multipicklist: 4_099,
  reference: 18,
  id: 18,
};
const isNumber = (type: string): boolean => /^(int|double|currency|percent)$/.test(type);

function relationshipNameOf(name: string): string {
  return name.endsWith('__c') ? `${name.slice(0, -1)}r` : name.replace(/Id$/, '');
}

function resolveField(definition: FieldDefinition): Field {
  const { name, type } = definition;
  const isComputed = definition.compute !== undefined || definition.autoNumber !== undefined;
  const isWritable = !isComputed && type !== 'address';
  const isMoney = type === 'currency' || type === 'percent';
  return {
    ...definition,
    label: definition.label ?? spaced(name),
    length: definition.length ?? defaultLengths[type] ?? 0,
    precision: definition.precision ?? (isNumber(type) ? (type === 'int' ? 9 : 18) : 0),
    scale: definition.scale ?? (isMoney ? 2 : 0),
    createable: definition.createable ?? isWritable,
    updateable: definition.updateable ?? isWritable,
    isCustom: name.endsWith('__c'),
    isComputed,
    ...(type === 'reference'
      ? { relationshipName: definition.relationshipName ?? relationshipNameOf(name) }
      : {}),
  };
}

function resolveType(
  definition: ObjectDefinition,
  fields: ReadonlyMap<string, Field>,
  childrenOf: (name: string) => readonly ChildRelationship[],
): ObjectType {
  const { name } = definition;
  const label = definition.label ?? spaced(name);
  const list = [...fields.values()];
  const parents = new Map(
    list.flatMap((field) =>
      field.relationshipName === undefined
        ? []
        : [[field.relationshipName.toLowerCase(), field] as const],
    ),
  );
  return {
    definition,
    name,
    label,
    labelPlural: definition.labelPlural ?? `${label}s`,
    isCustom: name.endsWith('__c'),
    fields: list,
    field: (fieldName) => fields.get(fieldName) ?? fields.get(fieldName.toLowerCase()),
    parent: (relationshipName) => parents.get(relationshipName.toLowerCase()),
    child: (relationshipName) =>
      childrenOf(name).find(
        (child) => child.name?.toLowerCase() === relationshipName.toLowerCase(),
      ),
    get children() {
      return childrenOf(name);
    },
    required: list.filter((field) => field.required && !field.isComputed),
    references: list.filter((field) => field.type === 'reference' && field.createable),
    uniques: list.filter((field) => field.unique),
    filledOnInsert: list.filter(
      (field) => field.defaultValue !== undefined || field.autoNumber !== undefined,
    ),
  };
}

/** Knows the objects of an organisation and how they refer to each other. */
export function createSchema(definitions: readonly ObjectDefinition[]): Schema {
  const types = new Map<string, ObjectType>();
  const children = new Map<string, readonly ChildRelationship[]>();

  const childrenOf = (name: string): readonly ChildRelationship[] => {
    const known = children.get(name);
    if (known) return known;
    const found = [...types.values()].flatMap(({ name: objectName, fields }) =>
      fields
        .filter(({ referenceTo }) => referenceTo?.includes(name))
        .map((field) => ({ name: field.childRelationshipName, objectName, field })),
    );
    children.set(name, found);
    return found;
  };
  const add = (definition: ObjectDefinition): void => {
    const { name } = definition;
    const fields = new Map<string, Field>();
    for (const field of [idField, ...definition.fields, ...auditFields]) {
      const key = field.name.toLowerCase();
      if (fields.has(key)) throw new TypeError(`${name} has a field ${field.name} already`);
      fields.set(key, resolveField(field));
    }
    types.set(name.toLowerCase(), resolveType(definition, fields, childrenOf));
    children.clear();
  };
  for (const definition of definitions) add(definition);

  const object = (name: string): ObjectType | undefined =>
    types.get(name) ?? types.get(name.toLowerCase());
  return {
    get objects() {
      return [...types.values()];
    },
    object,
    objectOfId: (id) =>
      [...types.values()].find(({ definition }) => definition.keyPrefix === id.slice(0, 3)),
    addField(objectName, field) {
      const type = object(objectName);
      if (!type) throw new TypeError(`There is no object ${objectName}`);
      const { definition } = type;
      add({ ...definition, fields: [...definition.fields, field] });
    },
  };
}
