import type { EntityDescription, FieldDescription } from '../contract/entity-description.ts';
import type { MappingTemplate } from '../mapping/mapping-template.ts';

/**
 * `describe` for vendors without metadata: the fields that the template maps, lists as one field.
 */
export function describeTemplate(
  template: MappingTemplate,
  /** Vendor fields that make the key. */
  key: readonly string[],
): EntityDescription {
  const fields = template.fields.flatMap((field): FieldDescription[] => {
    if (!('vendor' in field) || !('canonical' in field)) return [];
    const isWritten = field.direction !== 'decode';
    return [
      {
        name: field.vendor,
        canonical: field.canonical,
        type: 'each' in field ? 'list' : (field.codec?.kind ?? 'text'),
        nullable: field.required !== true,
        creatable: isWritten,
        updatable: isWritten,
        custom: false,
      },
    ];
  });
  const { canonical, vendor } = template;
  return { entity: canonical.entity, nativeName: vendor.entity, key, fields };
}
