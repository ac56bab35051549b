import {
  anyText,
  type Check,
  check,
  isObject,
  type JsonSchema,
  json,
  listOf,
  named,
  oneOf,
  oneOrMore,
  required,
  scalar,
  shape,
  someText,
  type TemplateProblem,
  tableOf,
  trueOrFalse,
  wholeNumber,
} from './check.ts';
import { path, scopedPath } from './check-path.ts';
import { checkCodecOptions, codecJsonSchema } from './codecs/codec-kinds.ts';

const tests: { readonly [name: string]: Check } = {
  equals: scalar,
  notEquals: scalar,
  in: listOf(scalar, 1),
  notIn: listOf(scalar, 1),
  present: trueOrFalse,
};

const compared = shape({ path: required(scopedPath), ...tests });

const comparison = check(
  (value, at, problems) => {
    compared(value, at, problems);
    if (!isObject(value)) return;
    if (Object.keys(tests).filter((name) => value[name] !== undefined).length === 1) return;
    problems.push({
      path: at,
      message: `must have exactly one of ${Object.keys(tests).join(', ')}.`,
    });
  },
  () => ({
    anyOf: Object.entries(tests).map(([name, test]) =>
      shape({ path: required(scopedPath), [name]: required(test) }).schema(),
    ),
  }),
);

const condition = named('condition', (value, at, problems) => {
  const join = Object.entries(joins).find(([name]) => isObject(value) && value[name] !== undefined);
  (join?.[1] ?? comparison)(value, at, problems);
});
const joins = {
  all: shape({ all: required(listOf(condition, 1)) }),
  any: shape({ any: required(listOf(condition, 1)) }),
  not: shape({ not: required(condition) }),
};

const names = oneOrMore(someText);
export const customFields = shape({ prefix: names, suffix: names, names: listOf(someText) });

const requiredIn = check(
  (value, at, problems) => {
    if (typeof value === 'boolean' || value === 'decode' || value === 'encode') return;
    problems.push({ path: at, message: 'must be true, false, "decode" or "encode".' });
  },
  () => ({ enum: [true, false, 'decode', 'encode'] }),
);

const base = {
  direction: oneOf(['both', 'decode', 'encode']),
  when: shape({ vendor: oneOrMore(condition), canonical: oneOrMore(condition) }),
  note: anyText,
};
const field = named('field', (value, at, problems) => {
  if (!isObject(value)) {
    problems.push({ path: at, message: 'must be a record.' });
  } else if (value.constant !== undefined) {
    constantField(value, at, problems);
    if ((value.vendor === undefined) === (value.canonical === undefined)) {
      problems.push({
        path: at,
        message: 'needs either `vendor` or `canonical` for its constant.',
      });
    }
  } else if (value.each !== undefined) {
    listField(value, at, problems);
  } else {
    valueField(value, at, problems);
  }
});
const fields = listOf(field);

const valueField = shape({
  vendor: required(path),
  canonical: required(path),
  codec: checkCodecOptions,
  default: json,
  vendorDefault: json,
  empty: json,
  required: requiredIn,
  ...base,
});
const listField = shape({
  vendor: required(path),
  canonical: required(path),
  each: required(fields),
  custom: customFields,
  required: requiredIn,
  ...base,
});
const constantField = shape({ vendor: path, canonical: path, constant: required(json), ...base });

const side = shape({ system: someText, entity: required(someText) });

const row = check(
  (value, at, problems) => {
    if (Array.isArray(value) && value.length === 2 && value.every(isText)) return;
    problems.push({ path: at, message: 'must be two texts: vendor value, canonical value.' });
  },
  () => ({ type: 'array', items: anyText.schema(), minItems: 2, maxItems: 2 }),
);
const isText = (cell: unknown): boolean => typeof cell === 'string';
const rows = listOf(row);

export const table = check((value, at, problems) => {
  rows(value, at, problems);
  if (!Array.isArray(value)) return;
  const seen = new Set<unknown>();
  value.forEach((each: unknown, index) => {
    const vendor = Array.isArray(each) ? each[0] : undefined;
    if (vendor !== undefined && seen.has(vendor)) {
      problems.push({ path: `${at}[${index}]`, message: `has "${vendor}" a second time.` });
    }
    seen.add(vendor);
  });
}, rows.schema);

const template = shape({
  id: required(someText),
  version: required(wholeNumber(1, Number.MAX_SAFE_INTEGER)),
  description: anyText,
  vendor: required(side),
  canonical: required(side),
  fields: required(fields),
  custom: customFields,
  tables: tableOf(table),
  extends: shape({ id: required(someText), version: required(wholeNumber(1, 1e9)) }),
});

/** Everything that is wrong with the form of a template. */
export function checkShape(value: unknown): readonly TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  template(value, '', problems);
  return problems;
}

/**
 * The form of templates as JSON Schema (draft 2020-12), for editors. It knows names, types and which belong together;
 * what `parseTemplate` checks beyond that, paths and meaning, it does not.
 */
export function templateJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Mapping template',
    ...template.schema(),
    $defs: {
      field: { anyOf: [valueField, listField, constantField].map((each) => each.schema()) },
      condition: { anyOf: [comparison, ...Object.values(joins)].map((each) => each.schema()) },
      codec: codecJsonSchema(),
    },
  };
}
