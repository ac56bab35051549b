import { queryParserError } from '../fault/refusals.ts';

/** A piece of a statement. */
export interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'symbol' | 'end';
  /** Without quotes and escapes. */
  readonly text: string;
  readonly at: number;
}

const space = /\s+/y;
const word = /[A-Za-z_][\w.]*/y;
const number = /-?\d+(\.\d+)?/y;
const symbol = /<=|>=|!=|<>|[=<>(),*]/y;
const quoted = /'((?:[^'\\]|\\.)*)'/y;

/** @throws QuickbooksFault 4000 */
export function tokenize(statement: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(statement);
  };
  while (at < statement.length) {
    const blank = take(space);
    if (blank) {
      at += blank[0].length;
      continue;
    }
    const start = at;
    const add = (kind: Token['kind'], match: RegExpExecArray, text: string): void => {
      tokens.push({ kind, text, at: start });
      at += match[0].length;
    };
    const text = take(quoted);
    const name = text ? null : take(word);
    const digits = text || name ? null : take(number);
    const sign = text || name || digits ? null : take(symbol);
    if (text) add('text', text, text[1]!.replace(/\\(.)/gs, '$1'));
    else if (name) add('word', name, name[0]);
    else if (digits) add('number', digits, digits[0]);
    else if (sign) add('symbol', sign, sign[0]);
    else {
      throw queryParserError(`Lexical error at column ${at + 1}. Encountered: "${statement[at]}"`);
    }
  }
  tokens.push({ kind: 'end', text: '<EOF>', at });
  return tokens;
}
