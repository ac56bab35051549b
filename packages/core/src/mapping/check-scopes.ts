import type { TemplateProblem } from './check.ts';
import { askedFields, oneWayReason } from './codecs/codec-kinds.ts';
import { comparisonsOf } from './condition.ts';
import type { FieldMapping, MappingDirection, ValueField } from './mapping-template.ts';
import { didYouMean } from './nearest-name.ts';
import { scopedPathOf } from './scoped-path.ts';

const directions: readonly MappingDirection[] = ['decode', 'encode'];

/** What conditions and codecs ask for beyond their own field: it must be there, and lead somewhere. */
export function checkScopes(
  fields: readonly FieldMapping[],
  problems: TemplateProblem[],
  at = 'fields',
  outer: readonly (readonly FieldMapping[])[] = [],
): void {
  const scopes = [fields, ...outer];
  fields.forEach((field, index) => {
    const path = `${at}[${index}]`;
    checkConditionScopes(field, path, scopes.length, problems);
    if ('each' in field) checkScopes(field.each, problems, `${path}.each`, scopes);
    else if ('codec' in field) checkCodec(field as ValueField, path, scopes, problems);
  });
}

const tooFarOut = (depth: number) =>
  depth === 1
    ? 'begins with ^., but there is no list around the field.'
    : `leads out of more lists than are around the field, which are ${depth - 1}.`;

function checkConditionScopes(
  field: FieldMapping,
  at: string,
  depth: number,
  problems: TemplateProblem[],
): void {
  for (const side of ['vendor', 'canonical'] as const) {
    for (const { path } of comparisonsOf(field.when?.[side])) {
      if (scopedPathOf(path).up < depth) continue;
      problems.push({
        path: `${at}.when.${side}`,
        message: `asks for "${path}", which ${tooFarOut(depth)}`,
      });
    }
  }
}

function checkCodec(
  field: ValueField,
  at: string,
  scopes: readonly (readonly FieldMapping[])[],
  problems: TemplateProblem[],
): void {
  const { codec, direction = 'both' } = field;
  if (codec === undefined) return;
  const path = `${at}.codec`;
  const oneWay = oneWayReason(codec);
  if (oneWay !== undefined && direction !== 'decode') problems.push({ path, message: oneWay });
  const reported = new Set<string>();
  for (const way of directions.filter((each) => direction === 'both' || direction === each)) {
    for (const asked of askedFields(codec, way)) {
      const text = 'canonical' in asked ? asked.canonical : asked.vendor;
      const problem = problemOfAsked(asked, way, scopes);
      if (problem === undefined || reported.has(text)) continue;
      reported.add(text);
      problems.push({ path, message: `needs the field "${text}", ${problem}` });
    }
  }
}

function problemOfAsked(
  asked: { readonly canonical: string } | { readonly vendor: string },
  way: MappingDirection,
  scopes: readonly (readonly FieldMapping[])[],
): string | undefined {
  const { up, path } = scopedPathOf('canonical' in asked ? asked.canonical : asked.vendor);
  const fields = scopes[up];
  if (fields === undefined) return `which ${tooFarOut(scopes.length)}`;
  if ('vendor' in asked) return undefined;
  const values = fields.filter((field) => 'canonical' in field && !('each' in field));
  const named = values.filter((field) => 'canonical' in field && field.canonical === path.text);
  if (named.length === 0) {
    const known = values.flatMap((field) => ('canonical' in field ? field.canonical : []));
    return `which the template does not map${up > 0 ? ' in the record around' : ''}.${didYouMean(path.text, known)}`;
  }
  if (way === 'encode') return undefined;
  const isRead = named.some(({ direction = 'both' }) => direction !== 'encode');
  if (!isRead) return 'which is not mapped when the vendor’s records are read.';
  const isPlain = named.every((field) => {
    const codec = 'codec' in field ? field.codec : undefined;
    if (codec === undefined) return true;
    return codec.kind !== 'reference' && askedFields(codec, 'decode').length === 0;
  });
  return isPlain ? undefined : 'whose own codec depends on more than its value.';
}
