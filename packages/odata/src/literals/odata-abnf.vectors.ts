import { join } from 'node:path';
import { toFilter } from '../query/filter.ts';
import { isWrittenQuery, rewriteQuery } from '../query/written-query.vectors.ts';
import { formatLiteral } from './format-literal.ts';
import { formatKey, parseKey } from './key.ts';
import { type ParsedLiteral, parseLiteral } from './parse-literal.ts';
import { decodePercent, encodePath, encodeQuery } from './percent-encoding.ts';
import { enumValueGrammar, identifierGrammar, primitiveGrammar } from './primitive-grammar.ts';

/** One case of the OASIS file. */
interface Case {
  readonly Name: string;
  readonly Rule: string;
  readonly Input: string;
  /** Present when the input must be refused. */
  readonly FailAt?: number;
}

/** What a suite of vectors found. */
export interface VectorReport {
  readonly name: string;
  readonly passed: number;
  readonly failures: readonly string[];
  /** Cases that say nothing about this code, by reason. */
  readonly notApplicable: ReadonlyMap<string, number>;
}

type Check = (input: string) => unknown;

const literal =
  (type?: string): Check =>
  (text) =>
    roundTrip(parseLiteral({ text, version: 'v4', type }));
const value =
  (type: keyof typeof primitiveGrammar): Check =>
  (text) => {
    demand(primitiveGrammar[type].test(text), 'the grammar refuses it');
  };

/** Rules that our code parses itself, and what parses them. */
const checks: Readonly<Record<string, Check>> = {
  binaryLiteral: literal('Edm.Binary'),
  boolean: literal('Edm.Boolean'),
  booleanValue: value('Edm.Boolean'),
  date: literal('Edm.Date'),
  dateValue: value('Edm.Date'),
  dateTimeOffsetValue: value('Edm.DateTimeOffset'),
  dateTimeOffsetLiteral: literal('Edm.DateTimeOffset'),
  dateTimeOffsetValueInUrl: literal('Edm.DateTimeOffset'),
  decimalValue: value('Edm.Decimal'),
  decimalLiteral: literal('Edm.Decimal'),
  durationValue: value('Edm.Duration'),
  durationLiteral: literal('Edm.Duration'),
  primitiveLiteral: literal(),
  doubleValue: value('Edm.Double'),
  doubleLiteral: literal('Edm.Double'),
  singleValue: value('Edm.Single'),
  singleLiteral: literal('Edm.Single'),
  byteValue: value('Edm.Byte'),
  sbyteValue: value('Edm.SByte'),
  sbyteLiteral: literal('Edm.SByte'),
  int16Value: value('Edm.Int16'),
  int16Literal: literal('Edm.Int16'),
  int32Value: value('Edm.Int32'),
  int32Literal: literal('Edm.Int32'),
  int64Value: value('Edm.Int64'),
  int64Literal: literal('Edm.Int64'),
  null: literal('Edm.String'),
  stringLiteral: literal('Edm.String'),
  guid: literal('Edm.Guid'),
  timeOfDayValue: value('Edm.TimeOfDay'),
  timeOfDayLiteral: literal('Edm.TimeOfDay'),
  enumLiteral: literal('Sales.Pattern'),
  enumValue: (text) => demand(enumValueGrammar.test(text), 'the grammar refuses it'),
  odataIdentifier: (text) => demand(identifierGrammar.test(text), 'the grammar refuses it'),
  entitySetName: (text) => demand(identifierGrammar.test(text), 'the grammar refuses it'),
  functionParameter: (text) => keyOf(`Function(${text})`),
};

const addressRules = new Set(['odataUri', 'odataRelativeUri', 'resourcePath']);
const queryRules = new Set(['queryOptions', 'select', 'orderby', 'expand']);
const filterRules = new Set(['filter', 'boolCommonExpr']);
const comparison = /^(\w+) (eq|ne|gt|ge|lt|le) ([^ ]+|'.*')$/;
const prefix = /^startswith\((\w+),('[^']*')\)$/;

/**
 * Runs the literal and URL code over the OASIS ABNF cases of V4: what the ABNF accepts must be read,
 * and written back to the same value; what it refuses must be refused.
 */
export function run(input: {
  readonly folder: string;
  readonly readYaml: (path: string) => unknown;
}): VectorReport {
  const file = join(input.folder, 'odata', 'odata-abnf-testcases.yaml');
  const { TestCases } = input.readYaml(file) as { readonly TestCases: readonly Case[] };
  const failures: string[] = [];
  const notApplicable = new Map<string, number>();
  let passed = 0;
  for (const one of TestCases) {
    const check = checkOf(one);
    if (typeof check === 'string') {
      notApplicable.set(check, (notApplicable.get(check) ?? 0) + 1);
      continue;
    }
    const problem = problemOf(() => check(one.Input));
    const isRefused = problem !== undefined;
    const mustRefuse = one.FailAt !== undefined;
    if (isRefused === mustRefuse) passed += 1;
    else failures.push(`${one.Rule} ${JSON.stringify(one.Input)}: ${problem ?? 'accepted'}`);
  }
  return { name: 'odata', passed, failures, notApplicable };
}

/** What checks a case, or why nothing does. */
function checkOf({ Rule: rule, Input: text }: Case): Check | string {
  const check = checks[rule];
  if (check !== undefined) return check;
  if (queryRules.has(rule) && isWrittenQuery(text)) return rewriteQuery;
  if (addressRules.has(rule)) {
    if (/[@$[{]|\(\)/.test(text))
      return 'addresses with $ segments, options, aliases or empty lists';
    const last = decoded(text).split('?')[0]?.split('/').slice(-2).join('/') ?? '';
    return last.includes('(') && /\)$/.test(last)
      ? keyOf
      : 'addresses without a key or parameters at the end';
  }
  if (filterRules.has(rule)) {
    const expression = text.replace(/^\$?filter=/, '');
    if (comparison.test(expression) || prefix.test(expression)) return filterOf;
    return 'expressions that toFilter never writes';
  }
  if (/^geo/.test(rule)) return 'geo literals';
  if (/preference|prefer|header|request-id|^maxpagesize/i.test(rule)) return 'headers';
  if (rule === 'context') return 'context URLs, which are not read';
  if (/[Ee]xpr$|^compute$/.test(rule)) return 'expressions that toFilter never writes';
  return 'query options in forms that formatQuery never writes';
}

/** Reads a key, and writes it back to the same. */
function keyOf(text: string): void {
  const key = parseKey({ url: text, version: 'v4' });
  const parts = key.kind === 'single' ? { '': key.value } : key.values;
  const names = Object.keys(parts);
  const entries = Object.entries(parts);
  const written = formatKey({
    key: Object.fromEntries(entries.map(([name, part]) => [name, part.value])),
    names,
    types: Object.fromEntries(entries.map(([name, part]) => [name, part.type])),
    version: 'v4',
  });
  const again = parseKey({ url: `Set${written}`, version: 'v4' });
  const values = again.kind === 'single' ? { '': again.value } : again.values;
  // A single part is written without its name.
  const isSame = JSON.stringify(Object.values(values)) === JSON.stringify(Object.values(parts));
  demand(isSame, `it is written as ${written}`);
}

/** Reads a comparison, and lets `toFilter` write it: the text must be the same. */
function filterOf(text: string): void {
  const expression = decodePercent(text).replace(/^\$?filter=/, '');
  const starts = prefix.exec(expression);
  const [, field = '', operator = '', right = ''] = comparison.exec(expression) ?? [];
  const found = parseLiteral({ text: encodeQuery(starts?.[2] ?? right), version: 'v4' });
  const written = toFilter({
    conditions: [
      {
        field: starts?.[1] ?? field,
        operator: starts === null ? (operator as 'eq') : 'startsWith',
        value: found.value as string,
      },
    ],
    types: { [starts?.[1] ?? field]: found.type },
    version: 'v4',
  });
  demand(written === expression, `it is written as ${written}`);
}

/** Writes a literal and reads it again: the value must be the same. */
function roundTrip(parsed: ParsedLiteral): void {
  if (parsed.value === null || hasNoCanonicalForm(parsed)) return;
  const text = encodePath(formatLiteral({ ...parsed, version: 'v4' }));
  const again = parseLiteral({ text, version: 'v4', type: parsed.type });
  demand(JSON.stringify(again) === JSON.stringify(parsed), `it is written as ${text}`);
}

// The grammar knows years beyond 9999 and before 0, canonical dates end there.
function hasNoCanonicalForm({ type, value: found }: ParsedLiteral): boolean {
  return type === 'Edm.Date' && !/^\d{4}-/.test(String(found));
}

function decoded(text: string): string {
  return problemOf(() => decodePercent(text)) === undefined ? decodePercent(text) : text;
}

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

function problemOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
