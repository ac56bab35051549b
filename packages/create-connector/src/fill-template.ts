import type { ConnectorNames } from './connector-names.ts';

/**
 * The template is the connector for ACME ERP that this project tests as an example. `acme` stands
 * there in the forms that names have in code; here each becomes the same form of another name.
 */
export function fillTemplate(text: string, names: ConnectorNames): string {
  return text
    .replaceAll(/ACME(?=[-_])/g, names.upper)
    .replaceAll('ACME ERP', names.vendor)
    .replaceAll('ACME', names.vendor)
    .replaceAll('Acme', names.pascal)
    .replaceAll(/(?<=-)acme|acme(?=[-.'/])/g, names.kebab)
    .replaceAll('acme', names.camel);
}
