import { soqlError } from './soql-error.ts';

export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'date' | 'datetime' | 'symbol' | 'end';
  /** As written; of a string what stands between the quotes, escapes and all. */
  readonly text: string;
  readonly at: number;
}

const pattern =
  /(?<space>\s+)|'(?<string>(?:[^'\\]|\\.)*)'|(?<datetime>\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:?\d{2}))|(?<date>\d{4}-\d{2}-\d{2})|(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][\w.]*)|(?<symbol><=|>=|!=|<>|[=<>(),])/suy;

const kinds = ['string', 'datetime', 'date', 'number', 'name', 'symbol'] as const;

/** Cuts a query into tokens. @throws SalesforceError MALFORMED_QUERY */
export function readTokens(soql: string): readonly Token[] {
  const scanner = new RegExp(pattern.source, pattern.flags);
  const tokens: Token[] = [];
  for (let at = 0; at < soql.length; at = scanner.lastIndex) {
    scanner.lastIndex = at;
    const groups = scanner.exec(soql)?.groups;
    if (!groups) {
      throw soqlError({
        errorCode: 'MALFORMED_QUERY',
        message: `unexpected token: '${soql[at]}'`,
        soql,
        at,
      });
    }
    const kind = kinds.find((candidate) => groups[candidate] !== undefined);
    if (kind) tokens.push({ kind, text: groups[kind]!, at });
  }
  return [...tokens, { kind: 'end', text: '<EOF>', at: soql.length }];
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  N: '\n',
  r: '\r',
  R: '\r',
  t: '\t',
  T: '\t',
  b: '\b',
  B: '\b',
  f: '\f',
  F: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
  _: '_',
  '%': '%',
};

/** The parts of a string literal: plain text, and the wildcards `%` and `_` where they are not escaped. */
export function readStringParts(
  raw: string,
): readonly { readonly text: string; readonly isWildcard: boolean }[] | undefined {
  const parts: { readonly text: string; readonly isWildcard: boolean }[] = [];
  for (let index = 0; index < raw.length; index += 1) {
    const letter = raw[index]!;
    if (letter !== '\\') {
      parts.push({ text: letter, isWildcard: letter === '%' || letter === '_' });
      continue;
    }
    index += 1;
    const escaped = raw[index]!;
    if (escaped.toLowerCase() === 'u' && /^[0-9a-fA-F]{4}$/.test(raw.slice(index + 1, index + 5))) {
      const code = Number.parseInt(raw.slice(index + 1, index + 5), 16);
      parts.push({ text: String.fromCharCode(code), isWildcard: false });
      index += 4;
      continue;
    }
    const text = escapes[escaped];
    if (text === undefined) return undefined;
    parts.push({ text, isWildcard: false });
  }
  return parts;
}
