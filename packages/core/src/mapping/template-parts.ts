import type { TemplateProblem } from './check.ts';
import type { CodecEnvironment } from './codec.ts';
import type { FieldMapping, MappingTemplate } from './mapping-template.ts';
import { didYouMean } from './nearest-name.ts';

/** All fields of a template with their paths in it, those of lists included. */
function allFields(
  fields: readonly FieldMapping[],
  at = 'fields',
): readonly { readonly field: FieldMapping; readonly path: string }[] {
  return fields.flatMap((field, index) => {
    const path = `${at}[${index}]`;
    return [{ field, path }, ...('each' in field ? allFields(field.each, `${path}.each`) : [])];
  });
}

/** The tables and own codecs that a template names and nobody gave. */
export function missingParts(
  template: MappingTemplate,
  { lookups, codecs }: CodecEnvironment,
): readonly TemplateProblem[] {
  return allFields(template.fields).flatMap(({ field, path }) => {
    const codec = 'codec' in field ? field.codec : undefined;
    if (codec?.kind === 'lookup' && lookups[codec.table] === undefined) {
      return {
        path: `${path}.codec.table`,
        message: `names the table "${codec.table}", which neither the template nor the option \`lookups\` has.${didYouMean(codec.table, Object.keys(lookups))}`,
      };
    }
    if (codec?.kind === 'own' && codecs[codec.name] === undefined) {
      return {
        path: `${path}.codec.name`,
        message: `names the codec "${codec.name}", which the option \`codecs\` does not have.${didYouMean(codec.name, Object.keys(codecs))}`,
      };
    }
    return [];
  });
}
