import { ConnectorError } from '@common/connector-core';
import {
  dateLiteral,
  instantLiteral,
  nameLiteral,
  numberLiteral,
  stringLiteral,
} from './soql-literal.ts';

// A symbol, so that no JSON can pass for a piece of SOQL.
const mark: unique symbol = Symbol('soql');

/** A piece of SOQL that was made by this module. */
export interface Soql {
  readonly [mark]: true;
  readonly text: string;
}

/** What can be put into a query: values become literals, pieces of SOQL stay what they are. */
export type SoqlValue =
  | string
  | number
  | boolean
  | null
  | Date
  | Soql
  | readonly (string | number | boolean | null)[];

/**
 * A SOQL query. What is put in becomes a literal, whatever characters it has: texts are quoted and
 * escaped, a list becomes `('a', 'b')`, a `Date` an instant.
 *
 * @throws ConnectorError `ERR_UNSUPPORTED_QUERY` for what cannot be a literal
 *
 * @example
 * ```ts
 * soql`SELECT Id FROM Account WHERE Name = ${name} AND Industry IN ${['Energy', 'Media']}`
 * ```
 */
export function soql(parts: TemplateStringsArray, ...values: readonly SoqlValue[]): Soql {
  const text = parts.reduce((before, part, index) => {
    const value = values[index - 1];
    return before + (index === 0 ? '' : literalOf(value)) + part;
  }, '');
  return piece(text);
}

/** The name of an object or field. @throws ConnectorError `ERR_UNSUPPORTED_QUERY` for anything else */
export function soqlName(name: string): Soql {
  return piece(nameLiteral(name));
}

/** A day, `2026-01-31`, which SOQL takes unquoted. */
export function soqlDate(day: string): Soql {
  return piece(dateLiteral(day));
}

/** An exact decimal out of its text. */
export function soqlDecimal(text: string): Soql {
  return piece(numberLiteral(text));
}

/** Several pieces with a separator between them, for example conditions with `' AND '`. */
export function joinSoql(pieces: readonly Soql[], separator: ' AND ' | ' OR ' | ', '): Soql {
  return piece(pieces.map(({ text }) => text).join(separator));
}

/** For the parts of this connector that write literals of their own. */
export function piece(text: string): Soql {
  return { [mark]: true, text };
}

/** The literal of a value. */
export function literalOf(value: SoqlValue | undefined): string {
  if (typeof value === 'string') return stringLiteral(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (typeof value === 'number') return numberLiteral(String(value));
  if (value instanceof Date) return instantLiteral(value);
  if (Array.isArray(value)) return listLiteral(value);
  if (typeof value === 'object' && mark in value) return value.text;
  throw new ConnectorError({
    code: 'ERR_UNSUPPORTED_QUERY',
    category: 'unsupported',
    message:
      'A value of the query is missing, or of a type that has no literal. Give a text, a number, true or false, null, a Date or a list of them.',
    system: 'salesforce',
  });
}

function listLiteral(values: readonly (string | number | boolean | null)[]): string {
  if (values.length > 0) return `(${values.map(literalOf).join(', ')})`;
  throw new ConnectorError({
    code: 'ERR_UNSUPPORTED_QUERY',
    category: 'unsupported',
    message: 'A list of the query is empty, and SOQL has no empty list. Leave the query out.',
    system: 'salesforce',
  });
}
