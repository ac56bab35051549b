import { didYouMean } from './nearest-name.ts';

/** What is wrong with a template, and where. */
export interface TemplateProblem {
  /** For example `fields[2].codec.scale`. */
  readonly path: string;
  readonly message: string;
}

/** Checks one value of a template and adds what is wrong with it. */
export interface Check {
  (value: unknown, path: string, problems: TemplateProblem[]): void;
  readonly isRequired?: boolean;
}

function rule(expectation: string, holds: (value: unknown) => boolean): Check {
  return (value, path, problems) => {
    if (!holds(value)) problems.push({ path, message: `must be ${expectation}.` });
  };
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const someText = rule(
  'a text that is not empty',
  (value) => typeof value === 'string' && value !== '',
);

export const anyText = rule('a text', (value) => typeof value === 'string');

export const trueOrFalse = rule('true or false', (value) => typeof value === 'boolean');

export const scalar = rule(
  'a text, a finite number, true or false',
  (value) => ['string', 'boolean'].includes(typeof value) || Number.isFinite(value),
);

export const wholeNumber = (min: number, max: number): Check =>
  rule(
    `a whole number from ${min} to ${max}`,
    (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
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
  return (value, path, problems) => {
    if (names.includes(value as string)) return;
    const hint = typeof value === 'string' ? didYouMean(value, names) : '';
    problems.push({ path, message: `must be one of ${names.join(', ')}.${hint}` });
  };
}

export function listOf(check: Check, min = 0): Check {
  return (value, path, problems) => {
    if (!Array.isArray(value) || value.length < min) {
      problems.push({ path, message: `must be a list${min > 0 ? ' that is not empty' : ''}.` });
      return;
    }
    value.forEach((item, index) => {
      check(item, `${path}[${index}]`, problems);
    });
  };
}

/** A record of names to values that all pass the check. */
export function tableOf(check: Check): Check {
  return (value, path, problems) => {
    if (!isObject(value)) {
      problems.push({ path, message: 'must be a record of names and values.' });
      return;
    }
    for (const [name, item] of Object.entries(value)) check(item, `${path}.${name}`, problems);
  };
}

/** One value, or a list of such values. */
export function oneOrMore(check: Check): Check {
  const many = listOf(check, 1);
  return (value, path, problems) => (Array.isArray(value) ? many : check)(value, path, problems);
}

export function required(check: Check): Check {
  return Object.assign(
    (value: unknown, path: string, problems: TemplateProblem[]) => check(value, path, problems),
    { isRequired: true },
  );
}

/** An object with exactly these properties; the ones not marked `required` may be absent. */
export function shape(properties: { readonly [name: string]: Check }): Check {
  const names = Object.keys(properties);
  return (value, path, problems) => {
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
    for (const [name, check] of Object.entries(properties)) {
      const property = value[name];
      if (property !== undefined) check(property, `${prefix}${name}`, problems);
      else if (check.isRequired)
        problems.push({ path: `${prefix}${name}`, message: 'is missing.' });
    }
  };
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
