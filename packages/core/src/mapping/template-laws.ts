import { isDeepStrictEqual } from 'node:util';
import { ConnectorError } from '../errors/connector-error.ts';
import { codecEnvironment } from './codec-environment.ts';
import { type CompileOptions, compileTemplate } from './compile-template.ts';
import { parseTemplate } from './define-template.ts';
import type { MutableRecord } from './field-path.ts';
import type { FieldMapping, MappingTemplate } from './mapping-template.ts';
import { createRandomSource } from './random-source.ts';
import type { ReferenceResolver } from './reference-resolver.ts';
import { compileSampler } from './sample-canonical.ts';

export interface TemplateLawOptions extends CompileOptions {
  /** How many records are made. @default 1000 */
  readonly records?: number | undefined;
  /** The same seed makes the same records. @default 1 */
  readonly seed?: number | undefined;
  /** Vendor records, for example recorded ones, that must survive `decode`, `encode`, `decode`. */
  readonly vendorSamples?: readonly object[] | undefined;
}

/** A record for which a law does not hold. */
export interface LawViolation {
  readonly law:
    | 'template is JSON'
    | 'decode(encode(x)) = x'
    | 'decode(encode(decode(v))) = decode(v)';
  /** Which record: the seed of a made one, the index of a given one. */
  readonly record: number;
  /** Where the results differ, in the canonical record. */
  readonly path: string;
  readonly detail: string;
}

/** Makes canonical records for a template, repeatable by seed, for example to seed a sandbox. */
export function sampleCanonical(
  template: MappingTemplate,
  options: CompileOptions & { readonly seed?: number } = {},
): Record<string, unknown> {
  return samplerOf(template, options)(createRandomSource(options.seed ?? 1));
}

/**
 * Checks the promise of every template: what is written and read back is what it was. Records are made
 * from the template's own codecs. Answers the violations, at most 10; none is good.
 */
export function checkTemplateLaws(
  template: MappingTemplate,
  options: TemplateLawOptions = {},
): readonly LawViolation[] {
  const { records = 1000, seed = 1, vendorSamples = [] } = options;
  const violations: LawViolation[] = [];
  if (!isDeepStrictEqual(parseTemplate(JSON.stringify(template)), withoutUndefined(template))) {
    violations.push({ law: 'template is JSON', record: 0, path: '', detail: 'it changes in JSON' });
  }
  const mapping = compileTemplate(reversiblePart(template), {
    references: reversible,
    suppliedLookups: reversible,
    ...options,
  });
  const check = (
    law: LawViolation['law'],
    record: number,
    expected: unknown,
    action: () => unknown,
  ) => {
    if (violations.length >= 10) return;
    try {
      const path = firstDifference(expected, action());
      if (path !== undefined) {
        violations.push({ law, record, path, detail: 'the value is another one' });
      }
    } catch (error) {
      violations.push({ law, record, ...problemOf(error) });
    }
  };
  const sample = samplerOf(mapping.template, options);
  for (let record = seed; record < seed + records; record += 1) {
    const canonical = sample(createRandomSource(record));
    check('decode(encode(x)) = x', record, canonical, () =>
      mapping.decode(mapping.encode(canonical)),
    );
  }
  vendorSamples.forEach((vendor, index) => {
    const law = 'decode(encode(decode(v))) = decode(v)';
    let decoded: Record<string, unknown>;
    try {
      decoded = mapping.decode(vendor as MutableRecord);
    } catch (error) {
      violations.push({ law, record: index, ...problemOf(error) });
      return;
    }
    check(law, index, decoded, () => mapping.decode(mapping.encode(decoded)));
  });
  return violations;
}

const samplerOf = (template: MappingTemplate, options: CompileOptions) =>
  compileSampler(template, codecEnvironment(template, options));

/** The fields that are mapped both ways; the laws say nothing about the others. */
function reversiblePart(template: MappingTemplate): MappingTemplate {
  const both = (fields: readonly FieldMapping[]): readonly FieldMapping[] =>
    fields
      .filter((field) => (field.direction ?? 'both') === 'both')
      .map((field) => ('each' in field ? { ...field, each: both(field.each) } : field));
  return { ...template, fields: both(template.fields) };
}

const withoutUndefined = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Stands in for an identity map, and for the source of a table: every key has a counterpart, and the way back leads to it. */
const reversible: ReferenceResolver = {
  toVendor: (entity, key) => `${entity}:${key}`,
  toCanonical: (entity, key) =>
    key.startsWith(`${entity}:`) ? key.slice(entity.length + 1) : `canonical-${key}`,
};

function problemOf(error: unknown): { readonly path: string; readonly detail: string } {
  if (!ConnectorError.isInstance(error)) return { path: '', detail: String(error) };
  return { path: error.path ?? '', detail: error.message };
}

/** The path of the first difference of two JSON values, or `undefined`. */
function firstDifference(left: unknown, right: unknown, path = ''): string | undefined {
  if (isDeepStrictEqual(left, right)) return undefined;
  if (typeof left !== 'object' || typeof right !== 'object' || !left || !right) return path;
  if (Array.isArray(left) !== Array.isArray(right)) return path;
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const step = Array.isArray(left) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    const inner = firstDifference(
      (left as MutableRecord)[name],
      (right as MutableRecord)[name],
      step,
    );
    if (inner !== undefined) return inner;
  }
  return path;
}
