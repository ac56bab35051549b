import { ConnectorError } from '@common/connector-core';
import type { EdmType, ODataVersion } from './edm-type.ts';
import { formatLiteral } from './format-literal.ts';
import { type ParsedLiteral, parseLiteral } from './parse-literal.ts';
import { decodePercent, encodePath } from './percent-encoding.ts';
import { identifierGrammar } from './primitive-grammar.ts';

/** Key values by property name. A single text stands for the only key property. */
export type EntityKey = string | Readonly<Record<string, unknown>>;

/**
 * Writes the key predicate of an entity, percent-encoded: `('AB%2F1')`, or
 * `(PurchaseOrder='45',PurchaseOrderItem='10')` in the order of `names`. An empty text is a legal part.
 *
 * @throws ConnectorError `ERR_VALIDATION` when a part of the key is missing
 */
export function formatKey(input: {
  readonly key: EntityKey;
  /** The key properties in the order of the metadata. */
  readonly names: readonly string[];
  /** Types of the key properties; Edm.String where nothing is said. */
  readonly types?: Readonly<Record<string, EdmType>> | undefined;
  readonly version: ODataVersion;
}): string {
  const { names, version } = input;
  const values = typeof input.key === 'string' ? { [names[0] ?? '']: input.key } : input.key;
  const literal = (name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === null) {
      throw new ConnectorError({
        code: 'ERR_VALIDATION',
        category: 'validation',
        message: `The key needs ${names.join(', ')}; ${name} is missing.`,
      });
    }
    return encodePath(formatLiteral({ value, type: input.types?.[name] ?? 'Edm.String', version }));
  };
  const [only, ...others] = names;
  if (only === undefined) return '()';
  return others.length === 0
    ? `(${literal(only)})`
    : `(${names.map((name) => `${name}=${literal(name)}`).join(',')})`;
}

/** A parsed key predicate: the single value, or values by name. */
export type ParsedKey =
  | { readonly kind: 'single'; readonly value: ParsedLiteral }
  | { readonly kind: 'named'; readonly values: Readonly<Record<string, ParsedLiteral>> };

/**
 * Reads the key predicate at the end of a URL or path, for example of a `location` header, or the
 * parameters of a function.
 *
 * @throws ConnectorError `ERR_VALIDATION` when there is none or it is broken
 */
export function parseKey(input: {
  readonly url: string;
  readonly version: ODataVersion;
}): ParsedKey {
  const path = (/^[^?#]*/.exec(input.url)?.[0] ?? '').replace(/\/+$/, '');
  const segment = decodePercent(path.slice(path.lastIndexOf('/') + 1));
  const [, name = '', inner = ''] = predicate.exec(segment) ?? [];
  if (inner === '' || !name.split('.').every((part) => identifierGrammar.test(part))) throw noKey();
  const parts = splitOutsideQuotes(inner);
  const first = parts[0] ?? '';
  if (parts.length === 1 && !hasName(first)) {
    return { kind: 'single', value: literalOf(first, input.version) };
  }
  const values: Record<string, ParsedLiteral> = {};
  for (const part of parts) {
    const at = part.indexOf('=');
    const name = part.slice(0, Math.max(at, 0));
    if (!identifierGrammar.test(name)) throw noKey();
    values[name] = literalOf(part.slice(at + 1), input.version);
  }
  return { kind: 'named', values };
}

// The last of the lists in parentheses: a function's parameters may stand before a key.
const list = "(?:'[^']*'|[^'()])*";
const predicate = new RegExp(`^([^(]+)(?:\\(${list}\\))*\\((${list})\\)$`);

function hasName(part: string): boolean {
  return identifierGrammar.test(part.slice(0, Math.max(part.indexOf('='), 0)));
}

// The text is decoded already; a `%` in it is a character of the value.
function literalOf(text: string, version: ODataVersion): ParsedLiteral {
  return parseLiteral({ text: text.replaceAll('%', '%25'), version });
}

function splitOutsideQuotes(text: string): string[] {
  return text.match(/(?:'(?:[^']|'')*'|[^',])+/g) ?? [];
}

function noKey(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: "The URL does not end in a key predicate such as Products('1').",
  });
}
