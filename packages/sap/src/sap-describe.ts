import type { CallOptions, EntityDescription, FieldDescription } from '@common/connector-core';
import type { FieldMapping } from '@common/connector-core/mapping';
import type { EntityType, Expand, MetadataProperty } from '@common/connector-odata';
import type { SapTarget } from './sap-target.ts';

/**
 * The fields of an entity out of the live `$metadata`, the customer's own included, and those of the
 * records that it is read with: `to_PurchaseOrderItem[].OrderQuantity`, `to_Supplier.VATRegistration`.
 */
export async function describeEntity(
  { entity, client, mapping }: Pick<SapTarget, 'entity' | 'client' | 'mapping'>,
  call: CallOptions,
): Promise<EntityDescription> {
  const records = recordsOf(entity.type, entity.expand);
  const only = [...new Set(records.map(({ type }) => type.name))];
  const metadata = await client.metadata({ only, ...call });
  const canonical = canonicalPaths(mapping.template.fields);
  const described = records.map(({ prefix, type }) => {
    const set = metadata.entitySets.get(type.name);
    const live = set && metadata.entityTypes.get(set.type);
    return {
      key: live?.key,
      fields: (live?.properties ?? []).map((property) =>
        describeProperty(property, { prefix, canonical }),
      ),
    };
  });
  return {
    entity: entity.name,
    nativeName: entity.type.name,
    key: described[0]?.key ?? entity.type.key,
    fields: described.flatMap(({ fields }) => fields),
  };
}

interface DescribedRecord {
  /** What paths to its fields begin with. */
  readonly prefix: string;
  readonly type: EntityType;
}

/** The type itself, first, and those that it is read with. */
function recordsOf(root: EntityType, expand: Expand): readonly DescribedRecord[] {
  const records = new Map<string, DescribedRecord>([['', { prefix: '', type: root }]]);
  for (const path of pathsOf(expand)) {
    let at: DescribedRecord | undefined = records.get('');
    for (const name of path.split('/')) at = at && through(at, name);
    if (at !== undefined) records.set(at.prefix, at);
  }
  return [...records.values()];
}

function through({ prefix, type }: DescribedRecord, name: string): DescribedRecord | undefined {
  const navigation = type.navigations?.[name];
  if (navigation === undefined) return undefined;
  const target = typeof navigation.type === 'function' ? navigation.type() : navigation.type;
  return { prefix: `${prefix}${name}${navigation.many ? '[]' : ''}.`, type: target };
}

/** Every step of what is expanded: `to_Item`, `to_Item/to_ScheduleLine`. */
function pathsOf(expand: Expand): readonly string[] {
  if (isNames(expand)) {
    return expand.flatMap((path) => {
      const steps = path.split('/');
      return steps.map((_, index) => steps.slice(0, index + 1).join('/'));
    });
  }
  return Object.entries(expand).flatMap(([name, options]) => [
    name,
    ...pathsOf(options.expand ?? []).map((inner) => `${name}/${inner}`),
  ]);
}

const isNames = (expand: Expand): expand is readonly string[] => Array.isArray(expand);

/** Vendor path → canonical path, fields of lists included. */
function canonicalPaths(
  fields: readonly FieldMapping[],
  prefix = { vendor: '', canonical: '' },
): ReadonlyMap<string, string> {
  return new Map(
    fields.flatMap((field): readonly (readonly [string, string])[] => {
      if (!('vendor' in field && 'canonical' in field)) return [];
      const vendor = prefix.vendor + field.vendor;
      const canonical = prefix.canonical + field.canonical;
      if (!('each' in field)) return [[vendor.replaceAll(/\[[^\]]*\]/g, '[]'), canonical]];
      return [
        ...canonicalPaths(field.each, { vendor: `${vendor}[].`, canonical: `${canonical}[].` }),
      ];
    }),
  );
}

function describeProperty(
  property: MetadataProperty,
  at: { readonly prefix: string; readonly canonical: ReadonlyMap<string, string> },
): FieldDescription {
  const name = at.prefix + property.name;
  const canonical = at.canonical.get(name);
  return {
    name,
    ...(canonical === undefined ? {} : { canonical }),
    type: property.type,
    ...(property.label ? { label: property.label } : {}),
    ...(property.maxLength === undefined ? {} : { maxLength: property.maxLength }),
    ...(property.precision === undefined ? {} : { precision: property.precision }),
    ...(property.scale === undefined ? {} : { scale: property.scale }),
    nullable: property.nullable,
    creatable: property.creatable,
    updatable: property.updatable,
    custom: property.name.startsWith('YY1_'),
  };
}
