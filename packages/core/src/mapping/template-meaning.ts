import { isObject, type TemplateProblem } from './check.ts';
import { checkScopes } from './check-scopes.ts';
import type { Codec } from './codec.ts';
import { codecEnvironment } from './codec-environment.ts';
import type { CodecOptions } from './codec-options.ts';
import { createCodec } from './codecs/codec-kinds.ts';
import { type FieldPath, parsePath } from './field-path.ts';
import type {
  FieldMapping,
  MappingDirection,
  MappingTemplate,
  ValueField,
} from './mapping-template.ts';

/** What a template of good form still gets wrong: paths in each other's way, lost directions, bad defaults. */
export function checkMeaning(template: MappingTemplate): readonly TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  checkFields(template.fields, 'fields', template, problems);
  checkScopes(template.fields, problems);
  return problems;
}

function checkFields(
  fields: readonly FieldMapping[],
  at: string,
  template: MappingTemplate,
  problems: TemplateProblem[],
): void {
  checkTargets(fields, at, 'decode', problems);
  checkTargets(fields, at, 'encode', problems);
  fields.forEach((field, index) => {
    const path = `${at}[${index}]`;
    checkConditions(field, path, problems);
    if ('each' in field) checkFields(field.each, `${path}.each`, template, problems);
    else if ('codec' in field || 'default' in field || 'vendorDefault' in field) {
      checkDefaults(field as ValueField, path, template, problems);
    }
  });
}

/** Two fields must not write the same place, unless conditions tell which of them does. */
function checkTargets(
  fields: readonly FieldMapping[],
  at: string,
  direction: MappingDirection,
  problems: TemplateProblem[],
): void {
  const side = direction === 'decode' ? 'canonical' : 'vendor';
  const targets = fields.flatMap((field, index) => {
    const written = direction === 'decode' ? canonicalOf(field) : vendorOf(field);
    const path = written === undefined ? undefined : parsePath(written);
    const isActive = (field.direction ?? 'both') === 'both' || field.direction === direction;
    if (path === undefined || 'problem' in path || !isActive) return [];
    return {
      path,
      place: `${at}[${index}]`,
      isConditional: field.when?.[otherSide(side)] !== undefined,
    };
  });
  for (const [index, later] of targets.entries()) {
    for (const earlier of targets.slice(0, index)) {
      if (later.isConditional && earlier.isConditional) continue;
      if (!overlaps(earlier.path, later.path)) continue;
      problems.push({
        path: `${later.place}.${side}`,
        message: `writes "${later.path.text}", which ${earlier.place} writes as well ("${earlier.path.text}"); give both a condition or remove one.`,
      });
    }
  }
}

const canonicalOf = (field: FieldMapping) => ('canonical' in field ? field.canonical : undefined);
const vendorOf = (field: FieldMapping) => ('vendor' in field ? field.vendor : undefined);
const otherSide = (side: 'canonical' | 'vendor') => (side === 'canonical' ? 'vendor' : 'canonical');

/** Whether one path is, or contains, the other. */
function overlaps(left: FieldPath, right: FieldPath): boolean {
  const length = Math.min(left.steps.length, right.steps.length);
  for (let index = 0; index < length; index += 1) {
    const a = left.steps[index];
    const b = right.steps[index];
    if (a?.name !== b?.name) return false;
    if (JSON.stringify(a?.selector) === JSON.stringify(b?.selector)) continue;
    // Elements chosen by different values are different; the first one may be any of them.
    return !(a?.selector?.kind === 'where' && b?.selector?.kind === 'where');
  }
  return true;
}

function checkConditions(field: FieldMapping, at: string, problems: TemplateProblem[]): void {
  if (field.when === undefined || 'constant' in field) return;
  if ((field.direction ?? 'both') !== 'both') return;
  if ((field.when.vendor === undefined) === (field.when.canonical === undefined)) return;
  problems.push({
    path: `${at}.when`,
    message:
      'needs both `vendor` and `canonical`, because the field is mapped both ways; else what one direction writes the other leaves out.',
  });
}

/** Defaults bypass the codec when used, so it is asked now whether it could have made them. */
function checkDefaults(
  field: ValueField,
  at: string,
  template: MappingTemplate,
  problems: TemplateProblem[],
): void {
  const options: CodecOptions = field.codec ?? { kind: 'text' };
  const environment = codecEnvironment(template, {});
  const inner = options.kind === 'list' ? options.of : options;
  if (inner.kind === 'lookup' && environment.lookups[inner.table] === undefined) return;
  if (inner.kind === 'own' || inner.kind === 'reference') return;
  const codec = createCodec(options, environment);
  if (field.default !== undefined && !survives(codec, field.default, 'encode', 'decode')) {
    problems.push({
      path: `${at}.default`,
      message: `is no canonical value that the codec ${options.kind} could have read.`,
    });
  }
  if (field.vendorDefault !== undefined && !survives(codec, field.vendorDefault, 'decode')) {
    problems.push({
      path: `${at}.vendorDefault`,
      message: `is no vendor value that the codec ${options.kind} could read.`,
    });
  }
}

function survives(
  codec: Codec,
  value: unknown,
  there: MappingDirection,
  back?: MappingDirection,
): boolean {
  try {
    const converted = codec[there](value, {});
    if (back === undefined || isObject(value)) return converted !== undefined;
    return codec[back](converted, {}) === value;
  } catch {
    return false;
  }
}
