import { badRequest } from './fault.ts';
import { parseDate, parseDayTime, parseInstant, parseTime } from './instant.ts';
import type { Kind } from './model.ts';

export type Literal =
  | { readonly kind: Kind | 'number'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null'; readonly value: null };

export type Token =
  | { readonly type: 'literal'; readonly literal: Literal; readonly at: number }
  | { readonly type: 'word'; readonly text: string; readonly at: number }
  | { readonly type: '(' | ')' | ',' | 'end'; readonly at: number };

const quotedForms: Readonly<
  Record<string, { kind: Kind; read: (text: string) => string | undefined }>
> = {
  datetime: { kind: 'date', read: parseInstant },
  datetimeoffset: { kind: 'instant', read: parseInstant },
  time: { kind: 'time', read: parseDayTime },
  guid: {
    kind: 'guid',
    read: (text) =>
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined,
  },
};

const stringPattern = /'((?:[^']|'')*)'/y;
const bareLiteralV4 =
  /[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|-?\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?|\d{2}:\d{2}:\d{2}(?:\.\d+)?/y;
const numberPattern = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[mMlLdDfF]?/y;
const wordPattern = /[A-Za-z_][\w]*(?:\/[A-Za-z_][\w]*)*/y;

const invalid = (at: number): Error => badRequest(`Invalid token detected at position ${at}`);

function readBareV4(text: string): Literal | undefined {
  if (text.length === 36) return { kind: 'guid', value: text.toLowerCase() };
  const date = parseDate(text);
  if (date) return { kind: 'date', value: date };
  const time = parseTime(text);
  if (time) return { kind: 'time', value: time };
  const instant = /(Z|[+-]\d{2}:\d{2})$/.test(text) ? parseInstant(text) : undefined;
  return instant ? { kind: 'instant', value: instant } : undefined;
}

function readNumber(text: string, odataVersion: 2 | 4, at: number): Literal {
  const suffix = /[a-zA-Z]$/.exec(text)?.[0]?.toLowerCase();
  const digits = suffix ? text.slice(0, -1) : text;
  if ((suffix && odataVersion === 4) || /[eE]/.test(digits)) throw invalid(at);
  if (suffix === 'l') return { kind: 'int64', value: digits };
  return { kind: suffix === 'm' ? 'decimal' : 'number', value: digits };
}

/** Cuts a `$filter` or key predicate into tokens; literals are those of the given version. */
export function tokenize(text: string, odataVersion: 2 | 4): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const push = (literal: Literal, length: number): void => {
    tokens.push({ type: 'literal', literal, at });
    at += length;
  };

  while (at < text.length) {
    const character = text[at]!;
    if (character === ' ' || character === '\t') {
      at += 1;
      continue;
    }
    if (character === '(' || character === ')' || character === ',') {
      tokens.push({ type: character, at });
      at += 1;
      continue;
    }
    if (character === "'") {
      const found = match(stringPattern);
      if (!found) throw invalid(at);
      push({ kind: 'string', value: found[1]!.replaceAll("''", "'") }, found[0].length);
      continue;
    }
    const bare = odataVersion === 4 ? match(bareLiteralV4) : null;
    if (bare) {
      const literal = readBareV4(bare[0]);
      if (!literal) throw invalid(at);
      push(literal, bare[0].length);
      continue;
    }
    const number = match(numberPattern);
    if (number) {
      push(readNumber(number[0], odataVersion, at), number[0].length);
      continue;
    }
    const word = match(wordPattern);
    if (!word) throw invalid(at);
    const name = word[0];
    const isForm = odataVersion === 2 && Object.hasOwn(quotedForms, name);
    const form = isForm ? quotedForms[name] : undefined;
    if (form && text[at + name.length] === "'") {
      at += name.length;
      const quoted = match(stringPattern);
      const value = quoted ? form.read(quoted[1]!) : undefined;
      if (!quoted || value === undefined) throw invalid(at);
      push({ kind: form.kind, value }, quoted[0].length);
    } else if (name === 'true' || name === 'false') {
      push({ kind: 'boolean', value: name === 'true' }, name.length);
    } else if (name === 'null') {
      push({ kind: 'null', value: null }, name.length);
    } else {
      tokens.push({ type: 'word', text: name, at });
      at += name.length;
    }
  }
  tokens.push({ type: 'end', at });
  return tokens;
}
