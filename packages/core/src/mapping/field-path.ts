import { isObject } from './check.ts';
import type { Scalar } from './mapping-template.ts';
import { refuse } from './refuse.ts';

/** Which element of a list a step of a path means. */
type ListSelector =
  | { readonly kind: 'first' }
  | { readonly kind: 'only' }
  | { readonly kind: 'where'; readonly name: string; readonly value: Scalar };

interface PathStep {
  readonly name: string;
  readonly selector?: ListSelector | undefined;
}

export type MutableRecord = Record<string, unknown>;

/** A way into a record, both to read and to write. */
export interface FieldPath {
  readonly text: string;
  readonly steps: readonly PathStep[];
  /** The name, where the path is one name of the record itself. */
  readonly name?: string | undefined;
  read(record: Readonly<MutableRecord>): unknown;
  write(record: MutableRecord, value: unknown): void;
}

// Names that every object has: a path through one would write into what the whole process shares.
const forbidden = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);
const stepGrammar = /(?:'((?:[^']|'')+)'|([^.[\]']+))(?:\[([^\]]*)\])?(\.|$)/y;
const whereGrammar = /^([^=]+)=(?:'([^']*)'|([^']+))$/;

/** Reads the text of a path, or answers in words what is wrong with it. */
export function parsePath(text: string): FieldPath | { readonly problem: string } {
  const steps: PathStep[] = [];
  stepGrammar.lastIndex = 0;
  let end: string | undefined = '.';
  while (end === '.') {
    const match = stepGrammar.exec(text);
    if (match === null) return { problem: pathRule };
    const [, quoted, bare, inBrackets, separator] = match;
    const name = quoted?.replaceAll("''", "'") ?? (bare as string);
    if (forbidden.has(name)) return { problem: `must not use the name ${name}.` };
    const selector = inBrackets === undefined ? undefined : parseSelector(inBrackets);
    if (selector === null) return { problem: pathRule };
    steps.push({ name, selector });
    end = separator;
  }
  if (stepGrammar.lastIndex !== 0 && stepGrammar.lastIndex < text.length) {
    return { problem: pathRule };
  }
  if (steps.at(-1)?.selector?.kind === 'where') {
    return {
      problem: 'must name a field of the chosen element, as in addresses[kind=billing].city.',
    };
  }
  const only = steps.length === 1 && steps[0]?.selector === undefined ? steps[0] : undefined;
  if (only !== undefined) return topLevel(text, steps, only.name);
  return {
    text,
    steps,
    read: (record) => readSteps(record, steps),
    write: (record, value) => writeSteps(record, steps, value),
  };
}

const pathRule =
  'is no path; write names with points between, as in address.city, lines[only].quantity or addresses[kind=billing].city.';

function parseSelector(text: string): ListSelector | null {
  if (text === '0') return { kind: 'first' };
  if (text === 'only') return { kind: 'only' };
  const match = whereGrammar.exec(text);
  if (match === null) return null;
  const [, name = '', quoted, bare] = match;
  if (forbidden.has(name)) return null;
  // Quotes make a text; else true, false and numbers are what they look like.
  if (quoted !== undefined) return { kind: 'where', name, value: quoted };
  const word = bare as string;
  if (word === 'true' || word === 'false') return { kind: 'where', name, value: word === 'true' };
  return { kind: 'where', name, value: String(Number(word)) === word ? Number(word) : word };
}

function topLevel(text: string, steps: readonly PathStep[], name: string): FieldPath {
  return {
    text,
    steps,
    name,
    read: (record) => record[name],
    write: (record, value) => {
      record[name] = value;
    },
  };
}

function readSteps(record: unknown, steps: readonly PathStep[]): unknown {
  let value = record;
  for (const step of steps) {
    if (value === undefined || value === null) return undefined;
    if (!isObject(value)) return refuse(`expected a record around ${step.name}`);
    value = value[step.name];
    if (step.selector !== undefined) value = select(value, step.selector, step.name);
  }
  return value;
}

function select(list: unknown, selector: ListSelector, name: string): unknown {
  if (list === undefined || list === null) return undefined;
  if (!Array.isArray(list)) return refuse(`expected a list in ${name}`);
  switch (selector.kind) {
    case 'first':
      return list[0];
    case 'only':
      return list.length > 1 ? refuse(`expected one element in ${name}, not several`) : list[0];
    case 'where':
      return list.find((item) => matches(item, selector));
  }
}

const matches = (item: unknown, { name, value }: Extract<ListSelector, { kind: 'where' }>) =>
  isObject(item) && String(item[name]) === String(value);

function writeSteps(record: MutableRecord, steps: readonly PathStep[], value: unknown): void {
  let target = record;
  const last = steps.length - 1;
  steps.forEach(({ name, selector }, index) => {
    if (selector === undefined) {
      if (index === last) {
        target[name] = value;
        return;
      }
      target[name] ??= {};
      target = target[name] as MutableRecord;
      return;
    }
    target[name] ??= [];
    const list = target[name] as unknown[];
    if (index === last) list[0] = value;
    else target = element(list, selector);
  });
}

function element(list: unknown[], selector: ListSelector): MutableRecord {
  const found = selector.kind === 'where' ? list.find((item) => matches(item, selector)) : list[0];
  if (found !== undefined) return found as MutableRecord;
  const created: MutableRecord =
    selector.kind === 'where' ? { [selector.name]: selector.value } : {};
  list.push(created);
  return created;
}
