import type { TemplateProblem } from './check.ts';
import type { CodecEnvironment } from './codec.ts';
import type { CodecOptions } from './codec-options.ts';
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

/** The codec of a field and, in a list of values, that of one value, with their paths in the template. */
function codecsOf(
  field: FieldMapping,
  path: string,
): readonly { readonly codec: CodecOptions; readonly path: string }[] {
  const codec = 'codec' in field ? field.codec : undefined;
  if (codec === undefined) return [];
  const own = { codec, path: `${path}.codec` };
  return codec.kind === 'list' ? [own, { codec: codec.of, path: `${path}.codec.of` }] : [own];
}

/** The tables and own codecs that a template names and nobody gave. */
export function missingParts(
  template: MappingTemplate,
  { lookups, codecs }: CodecEnvironment,
): readonly TemplateProblem[] {
  const missingTable = (table: string, path: string): TemplateProblem => ({
    path,
    message: `names the table "${table}", which neither the template nor the option \`lookups\` has.${didYouMean(table, Object.keys(lookups))}`,
  });
  return allFields(template.fields)
    .flatMap(({ field, path }) => codecsOf(field, path))
    .flatMap(({ codec, path }): readonly TemplateProblem[] => {
      if (codec.kind === 'own' && codecs[codec.name] === undefined) {
        const hint = didYouMean(codec.name, Object.keys(codecs));
        return [
          {
            path: `${path}.name`,
            message: `names the codec "${codec.name}", which the option \`codecs\` does not have.${hint}`,
          },
        ];
      }
      if (codec.kind === 'quantity' && codec.packs && lookups[codec.packs.table] === undefined) {
        return [missingTable(codec.packs.table, `${path}.packs.table`)];
      }
      if (codec.kind !== 'lookup') return [];
      const supply = lookups[codec.table];
      if (supply === undefined) return [missingTable(codec.table, `${path}.table`)];
      if (supply !== 'supplied' || codec.unknown !== 'keep') return [];
      return [
        {
          path: `${path}.unknown`,
          message: `cannot be "keep", because the table "${codec.table}" is supplied with the calls and not known as a whole.`,
        },
      ];
    });
}
