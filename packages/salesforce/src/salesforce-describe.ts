import type { CallOptions, EntityDescription, FieldDescription } from '@common/connector-core';
import type { FieldMapping } from '@common/connector-core/mapping';
import type { ObjectDescription, ObjectField } from './object-description.ts';
import type { SalesforceTarget } from './salesforce-target.ts';

/**
 * The fields of an entity as the org has them, its own included, and those of its lines:
 * `OrderItems[].Quantity`. Asked anew.
 */
export async function describeEntity(
  { entity, session }: SalesforceTarget,
  call: CallOptions,
): Promise<EntityDescription> {
  const { object, lines, template } = entity;
  session.forgetDescriptions();
  const description = await session.describe(object, call);
  const mapped = template?.fields ?? [];
  const list = mapped.find((field) => 'each' in field);
  const lineFields =
    lines === undefined
      ? []
      : fieldsOf(await session.describe(lines.object, call), {
          prefix: `${lines.relationship}[].`,
          canonicalPrefix: 'lines[].',
          mapped: list !== undefined && 'each' in list ? list.each : [],
        });
  return {
    entity: entity.name,
    nativeName: object,
    key: ['Id'],
    fields: [...fieldsOf(description, { prefix: '', canonicalPrefix: '', mapped }), ...lineFields],
  };
}

function fieldsOf(
  { fields }: ObjectDescription,
  at: {
    readonly prefix: string;
    readonly canonicalPrefix: string;
    readonly mapped: readonly FieldMapping[];
  },
): readonly FieldDescription[] {
  const canonical = new Map(
    at.mapped.flatMap((field) =>
      'vendor' in field && 'canonical' in field && !('each' in field)
        ? [[field.vendor, field.canonical] as const]
        : [],
    ),
  );
  return [...fields.values()].map((field) => {
    const name = canonical.get(field.name);
    return {
      name: at.prefix + field.name,
      ...(name === undefined ? {} : { canonical: at.canonicalPrefix + name }),
      ...factsOf(field),
    };
  });
}

function factsOf(field: ObjectField): Omit<FieldDescription, 'name' | 'canonical'> {
  const { type, label, length = 0, precision = 0, scale = 0 } = field;
  return {
    type,
    ...(label ? { label } : {}),
    ...(length > 0 ? { maxLength: length } : {}),
    ...(precision > 0 ? { precision, scale } : {}),
    nullable: field.nillable !== false,
    creatable: field.createable === true,
    updatable: field.updateable === true,
    custom: field.custom === true,
  };
}
