import {
  anyText,
  type Check,
  isObject,
  json,
  listOf,
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
import { checkCodecOptions } from './codecs/codec-kinds.ts';

const tests: { readonly [name: string]: Check } = {
  equals: scalar,
  notEquals: scalar,
  in: listOf(scalar, 1),
  notIn: listOf(scalar, 1),
  present: trueOrFalse,
};

const comparison: Check = (value, at, problems) => {
  shape({ path: required(scopedPath), ...tests })(value, at, problems);
  if (!isObject(value)) return;
  if (Object.keys(tests).filter((name) => value[name] !== undefined).length === 1) return;
  problems.push({
    path: at,
    message: `must have exactly one of ${Object.keys(tests).join(', ')}.`,
  });
};

const conditions: Check = (value, at, problems) => listOf(condition, 1)(value, at, problems);
const joins = {
  all: shape({ all: required(conditions) }),
  any: shape({ any: required(conditions) }),
  not: shape({ not: required((value, at, problems) => condition(value, at, problems)) }),
};

const condition: Check = (value, at, problems) => {
  const join = Object.entries(joins).find(([name]) => isObject(value) && value[name] !== undefined);
  (join?.[1] ?? comparison)(value, at, problems);
};

const names = oneOrMore(someText);
export const customFields = shape({ prefix: names, suffix: names, names: listOf(someText) });

const requiredIn: Check = (value, at, problems) => {
  if (typeof value === 'boolean' || value === 'decode' || value === 'encode') return;
  problems.push({ path: at, message: 'must be true, false, "decode" or "encode".' });
};

const base = {
  direction: oneOf(['both', 'decode', 'encode']),
  when: shape({ vendor: oneOrMore(condition), canonical: oneOrMore(condition) }),
  note: anyText,
};
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
  each: required((value, at, problems) => fields(value, at, problems)),
  custom: customFields,
  required: requiredIn,
  ...base,
});
const constantField = shape({ vendor: path, canonical: path, constant: required(json), ...base });

const field: Check = (value, at, problems) => {
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
};

const fields: Check = listOf(field);

const side = shape({ system: someText, entity: required(someText) });

export const table: Check = (value, at, problems) => {
  listOf((row, rowAt, found) => {
    if (Array.isArray(row) && row.length === 2 && row.every((cell) => typeof cell === 'string')) {
      return;
    }
    found.push({ path: rowAt, message: 'must be two texts: vendor value, canonical value.' });
  })(value, at, problems);
  if (!Array.isArray(value)) return;
  const seen = new Set<unknown>();
  value.forEach((row: unknown, index) => {
    const vendor = Array.isArray(row) ? row[0] : undefined;
    if (vendor !== undefined && seen.has(vendor)) {
      problems.push({ path: `${at}[${index}]`, message: `has "${vendor}" a second time.` });
    }
    seen.add(vendor);
  });
};

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
