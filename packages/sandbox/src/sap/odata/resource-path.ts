import { badRequest, segmentNotFound } from './fault.ts';
import { tokenize } from './filter-lexer.ts';
import { literalFor } from './literal.ts';
import type { EntitySet, Row, Value } from './model.ts';
import { splitList } from './split-list.ts';

export interface PathSegment {
  readonly name: string;
  /** Text between the parentheses, percent-decoded. */
  readonly predicate?: string;
}

/** Cuts a percent-encoded path below the service root; a `/` in a key must come as `%2F`. */
export function parsePath(path: string): readonly PathSegment[] {
  return path
    .split('/')
    .filter((segment) => segment.length > 0)
    .map((segment) => {
      const text = decode(segment);
      const match = /^([^()]+)(?:\((.*)\))?$/s.exec(text);
      if (!match) throw segmentNotFound(text);
      const [, name = '', predicate] = match;
      return predicate === undefined ? { name } : { name, predicate };
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badRequest(`The segment '${text}' is not percent-encoded correctly`);
  }
}

/** Reads `'X'` or `A='X',B='Y'` into the fields of the state. @throws SapFault 400 */
export function parseKey(predicate: string, set: EntitySet, odataVersion: 2 | 4): Row {
  const invalid = () =>
    badRequest(`Invalid key predicate type for '${set.typeName}'`, '/IWBEP/CM_MGW_RT/024');
  const parts = splitList(predicate, ',');
  if (parts.length !== set.keys.length) throw invalid();
  const key: Record<string, Value> = {};
  for (const part of parts) {
    const named = /^([A-Za-z_]\w*)\s*=\s*(.*)$/s.exec(part);
    if (!named && set.keys.length > 1) throw invalid();
    const property = named ? set.keys.find(({ name }) => name === named[1]) : set.keys[0];
    const [token, end] = tokenize(named?.[2] ?? part, odataVersion);
    if (!property || token?.type !== 'literal' || end?.type !== 'end') throw invalid();
    const value = literalFor(token.literal, property);
    if (value === undefined || value === null || property.field in key) throw invalid();
    key[property.field] = value;
  }
  return key;
}

const isPlain = /^[\w.-]*$/;

function keyLiteral(row: Row, field: string): string {
  const text = String(row[field]);
  return isPlain.test(text) ? `'${text}'` : `'${encodeURIComponent(text.replaceAll("'", "''"))}'`;
}

/** The key predicate of a row, percent-encoded. */
export function formatKey(row: Row, { keys }: EntitySet): string {
  if (keys.length === 1) return `(${keyLiteral(row, keys[0]!.field)})`;
  let text = '';
  for (const { name, field } of keys) text += `${text && ','}${name}=${keyLiteral(row, field)}`;
  return `(${text})`;
}
