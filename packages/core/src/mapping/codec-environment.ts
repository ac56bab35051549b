import type { CodecEnvironment } from './codec.ts';
import type { MappingTemplate } from './mapping-template.ts';

/** The tables of a template and those that are given, and the own codecs, each by no other name than its own. */
export const codecEnvironment = (
  template: MappingTemplate,
  given: Partial<{ readonly [part in keyof CodecEnvironment]: CodecEnvironment[part] | undefined }>,
): CodecEnvironment => ({
  // Without a prototype: a template may ask for a table called "toString".
  lookups: Object.assign(Object.create(null), template.tables, given.lookups),
  codecs: Object.assign(Object.create(null), given.codecs),
});
