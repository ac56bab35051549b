import type { CallOptions, EntityDescription, FieldDescription } from '@common/connector-core';
import type { SapTarget } from './sap-target.ts';

/** The fields of an entity out of the live `$metadata`, the customer's own included. */
export async function describeEntity(
  { entity, client, mapping }: Pick<SapTarget, 'entity' | 'client' | 'mapping'>,
  call: CallOptions,
): Promise<EntityDescription> {
  const metadata = await client.metadata({ only: [entity.type.name], ...call });
  const set = metadata.entitySets.get(entity.type.name);
  const type = set && metadata.entityTypes.get(set.type);
  const canonical = new Map(
    mapping.template.fields.flatMap((field) =>
      'vendor' in field && 'canonical' in field ? [[field.vendor, field.canonical] as const] : [],
    ),
  );
  const fields = (type?.properties ?? []).map(
    (property): FieldDescription => ({
      name: property.name,
      ...(canonical.has(property.name) ? { canonical: canonical.get(property.name) } : {}),
      type: property.type,
      ...(property.label ? { label: property.label } : {}),
      ...(property.maxLength === undefined ? {} : { maxLength: property.maxLength }),
      ...(property.precision === undefined ? {} : { precision: property.precision }),
      ...(property.scale === undefined ? {} : { scale: property.scale }),
      nullable: property.nullable,
      creatable: property.creatable,
      updatable: property.updatable,
      custom: property.name.startsWith('YY1_'),
    }),
  );
  return {
    entity: entity.name,
    nativeName: entity.type.name,
    key: type?.key ?? entity.type.key,
    fields,
  };
}
