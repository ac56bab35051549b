import type { FieldMapping, MappingTemplate } from '../../mapping-template.ts';

/** The pairs of a template that a person wrote, as labels: vendor path → canonical paths. */
export function templateLabels({
  fields,
}: Pick<MappingTemplate, 'fields'>): ReadonlyMap<string, readonly string[]> {
  const labels = new Map<string, readonly string[]>();
  collect(fields, { vendor: '', canonical: '' }, labels);
  return labels;
}

function collect(
  fields: readonly FieldMapping[],
  at: { readonly vendor: string; readonly canonical: string },
  labels: Map<string, readonly string[]>,
): void {
  for (const field of fields) {
    if (!('vendor' in field && 'canonical' in field)) continue;
    // A list is described by the fields of its elements: `to_Address[0].City` is `to_Address[].City`.
    const vendor = at.vendor + field.vendor.replaceAll(/\[[^\]]*\]/g, '[]');
    const canonical = at.canonical + field.canonical;
    if ('each' in field) {
      collect(field.each, { vendor: `${vendor}[].`, canonical: `${canonical}[].` }, labels);
    } else if (!canonical.startsWith('custom.')) {
      labels.set(vendor, [...(labels.get(vendor) ?? []), canonical]);
    }
  }
}
