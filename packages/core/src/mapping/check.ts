import type { JsonValue } from '../contract/json.ts';
import { didYouMean } from './nearest-name.ts';

/** What is wrong with a template, and where. */
export interface TemplateProblem {
  /** For example `fields[2].codec.scale`. */
  readonly path: string;
  readonly message: string;
}

/** The same as a check, as far as JSON Schema can say it. */
export type JsonSchema = { readonly [keyword: string]: JsonValue };

type Rule = (value: unknown, path: string, problems: TemplateProblem[]) => void;

/** Checks one value of a template and adds what is wrong with it. */
export interface Check extends Rule {
  readonly isRequired?: boolean;
  /** For editors; made when it is asked for. */
  schema(): JsonSchema;
}

/** A check with its JSON Schema. */
export const check = (rule: Rule, schema: () => JsonSchema): Check =>
  Object.assign((...args: Parameters<Rule>) => rule(...args), { schema });

function rule(
  expectation: string,
  holds: (value: unknown) => boolean,
  schema: JsonSchema = {},
): Check {
  return check(
    (value, path, problems) => {
      if (!holds(value)) problems.push({ path, message: `must be ${expectation}.` });
    },
    () => schema,
  );
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const someText = rule(
  'a text that is not empty',
  (value) => typeof value === 'string' && value !== '',
  { type: 'string', minLength: 1 },
);

export const anyText = rule('a text', (value) => typeof value === 'string', {
  type: 'string',
});

export const trueOrFalse = rule('true or false', (value) => typeof value === 'boolean', {
  type: 'boolean',
});

export const scalar = rule(
  'a text, a finite number, true or false',
  (value) => ['string', 'boolean'].includes(typeof value) || Number.isFinite(value),
  { type: ['string', 'number', 'boolean'] },
);

export const wholeNumber = (min: number, max: number): Check =>
  rule(
    `a whole number from ${min} to ${max}`,
    (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
    { type: 'integer', minimum: min, maximum: max },
  );

export const json: Check = rule('a JSON value', isJson);

function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    (prototype === Object.prototype || prototype === null) &&
    Object.values(value as object).every(isJson)
  );
}

export function oneOf(names: readonly string[]): Check {
  return check(
    (value, path, problems) => {
      if (names.includes(value as string)) return;
      const hint = typeof value === 'string' ? didYouMean(value, names) : '';
      problems.push({ path, message: `must be one of ${names.join(', ')}.${hint}` });
    },
    () => ({ enum: [...names] }),
  );
}

export function listOf(item: Check, min = 0): Check {
  return check(
    (value, path, problems) => {
      if (!Array.isArray(value) || value.length < min) {
        problems.push({ path, message: `must be a list${min > 0 ? ' that is not empty' : ''}.` });
        return;
      }
      value.forEach((each, index) => {
        item(each, `${path}[${index}]`, problems);
      });
    },
    () => ({ type: 'array', items: item.schema(), minItems: min }),
  );
}

/** A record of names to values that all pass the check. */
export function tableOf(item: Check): Check {
  return check(
    (value, path, problems) => {
      if (!isObject(value)) {
        problems.push({ path, message: 'must be a record of names and values.' });
        return;
      }
      for (const [name, each] of Object.entries(value)) item(each, `${path}.${name}`, problems);
    },
    () => ({ type: 'object', additionalProperties: item.schema() }),
  );
}

/** One value, or a list of such values. */
export function oneOrMore(item: Check): Check {
  const many = listOf(item, 1);
  return check(
    (value, path, problems) => (Array.isArray(value) ? many : item)(value, path, problems),
    () => ({ anyOf: [item.schema(), many.schema()] }),
  );
}

/** A check that may stand in itself: its schema is one of `$defs`. */
export const named = (name: string, rule: Rule): Check =>
  check(rule, () => ({ $ref: `#/$defs/${name}` }));

export function required(item: Check): Check {
  return Object.assign(check(item, item.schema), { isRequired: true });
}

/** An object with exactly these properties; the ones not marked `required` may be absent. */
export function shape(properties: { readonly [name: string]: Check }): Check {
  const names = Object.keys(properties);
  const requiredNames = names.filter((name) => properties[name]?.isRequired);
  return check(
    (value, path, problems) => {
      if (!isObject(value)) {
        problems.push({ path, message: 'must be a record.' });
        return;
      }
      const prefix = path === '' ? '' : `${path}.`;
      for (const name of Object.keys(value)) {
        if (names.includes(name) || value[name] === undefined) continue;
        problems.push({
          path: `${prefix}${name === '' ? "''" : name}`,
          message: `is no known property.${didYouMean(name, names)}`,
        });
      }
      for (const [name, item] of Object.entries(properties)) {
        const property = value[name];
        if (property !== undefined) item(property, `${prefix}${name}`, problems);
        else if (item.isRequired)
          problems.push({ path: `${prefix}${name}`, message: 'is missing.' });
      }
    },
    () => ({
      type: 'object',
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, item]) => [name, item.schema()]),
      ),
      required: requiredNames,
      additionalProperties: false,
    }),
  );
}

const deepest = 100;

/** Data nested deeper than any template is, which the checks, being recursive, would not survive. */
export function isTooDeep(value: unknown): boolean {
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    const depth = next.depth + 1;
    if (depth > deepest) return true;
    for (const inner of Object.values(next.value)) waiting.push({ value: inner, depth });
  }
  return false;
}

export const tooDeep: TemplateProblem = {
  path: '',
  message: `is nested more than ${deepest} deep.`,
};
