import type { EntityType, PropertyDefinition } from '../entity/entity-type.ts';
import type { MetadataEntityType, MetadataProperty, ServiceMetadata } from './service-metadata.ts';

/**
 * Adds to an entity type what the live service knows besides, above all customer fields (`YY1_…`), so
 * that they are decoded by their type. What the entity type says itself stays as it is.
 */
export function extendEntityType(input: {
  readonly type: EntityType;
  readonly metadata: ServiceMetadata;
}): EntityType {
  const { type, metadata } = input;
  const found = propertiesOf(metadata, type.name);
  const added = found
    .filter(({ name }) => !Object.hasOwn(type.properties, name))
    .map((property) => [property.name, definitionOf(property)] as const);
  return { ...type, properties: { ...type.properties, ...Object.fromEntries(added) } };
}

/** All properties of an entity set's type, those of its base types too; empty for an unknown set. */
export function propertiesOf(metadata: ServiceMetadata, entitySet: string): MetadataProperty[] {
  const chain: MetadataEntityType[] = [];
  let type = metadata.entityTypes.get(metadata.entitySets.get(entitySet)?.type ?? '');
  while (type !== undefined && !chain.includes(type)) {
    chain.unshift(type);
    type = metadata.entityTypes.get(type.baseType ?? '');
  }
  return chain.flatMap(({ properties }) => properties);
}

function definitionOf(property: MetadataProperty): PropertyDefinition {
  const { type, maxLength, precision, scale, creatable, updatable } = property;
  return {
    type,
    maxLength,
    precision,
    scale,
    creatable,
    updatable,
    ...(type === 'Edm.DateTime' && property.displayFormat === 'Date' && { display: 'date' }),
  };
}
