import { soqlError } from './soql-error.ts';
import type {
  Condition,
  Literal,
  Operator,
  Ordering,
  Path,
  SelectItem,
  SoqlQuery,
} from './soql-query.ts';
import { readStringParts, readTokens, type Token } from './tokens.ts';

const maximumOffset = 2_000;
const reserved = /^(select|from|where|order|limit|offset|and|or|not|asc|desc|nulls|like|in)$/i;
const operators = new Set(['=', '!=', '<>', '<', '<=', '>', '>=']);

/** Reads a query. @throws SalesforceError MALFORMED_QUERY, with the position */
export function parseSoql(soql: string): SoqlQuery {
  const tokens = readTokens(soql);
  let position = 0;

  const peek = (ahead = 0): Token => tokens[Math.min(position + ahead, tokens.length - 1)]!;
  const next = (): Token => {
    const token = peek();
    position += 1;
    return token;
  };
  const fail = (message: string, at: number) =>
    soqlError({ errorCode: 'MALFORMED_QUERY', message, soql, at });
  const unexpected = (token: Token) =>
    fail(`unexpected token: ${token.kind === 'end' ? token.text : `'${token.text}'`}`, token.at);
  const isWord = (word: string, ahead = 0): boolean => {
    const token = peek(ahead);
    return token.kind === 'name' && token.text.toLowerCase() === word;
  };
  const isSymbol = (symbol: string, ahead = 0): boolean => {
    const token = peek(ahead);
    return token.kind === 'symbol' && token.text === symbol;
  };
  const take = (fits: boolean): boolean => {
    if (fits) position += 1;
    return fits;
  };
  const expect = (fits: boolean): void => {
    if (!take(fits)) throw unexpected(peek());
  };

  const readName = (): Token => {
    // There is an object called Order.
    const isOrder = isWord('order') && !isWord('by', 1);
    const token = next();
    if (token.kind !== 'name' || (reserved.test(token.text) && !isOrder)) throw unexpected(token);
    return token;
  };
  const readPath = (): Path => {
    const token = readName();
    const names = token.text.split('.');
    if (names.some((name) => name === '')) throw unexpected(token);
    return { names, at: token.at };
  };
  const readWhole = (): number => {
    const token = next();
    if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw unexpected(token);
    return Number(token.text);
  };

  const readLiteral = (): Literal => {
    const token = next();
    const { at } = token;
    if (token.kind === 'string') {
      const parts = readStringParts(token.text);
      if (!parts) throw fail(`line ${1}:${at} no viable alternative at character '\\'`, at);
      const source = parts.map(({ text, isWildcard }) =>
        isWildcard ? (text === '%' ? '.*' : '.') : text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'),
      );
      const pattern = new RegExp(`^${source.join('')}$`, 'isu');
      return { kind: 'string', text: parts.map(({ text }) => text).join(''), pattern, at };
    }
    const { kind } = token;
    if (kind === 'number' || kind === 'date' || kind === 'datetime') {
      return { kind, text: token.text, at };
    }
    const word = token.kind === 'name' ? token.text.toLowerCase() : '';
    if (word === 'null') return { kind: 'null', at };
    if (word === 'true' || word === 'false') return { kind: 'boolean', text: word, at };
    throw unexpected(token);
  };

  const readOperator = (): Operator => {
    const token = next();
    const word = token.text.toLowerCase();
    if (token.kind === 'symbol' && operators.has(word)) {
      return (word === '<>' ? '!=' : word) as Operator;
    }
    if (token.kind === 'name' && (word === 'like' || word === 'in')) return word;
    if (token.kind === 'name' && word === 'not' && take(isWord('in'))) return 'not in';
    throw unexpected(token);
  };

  const readCompare = (): Condition => {
    const path = readPath();
    const operator = readOperator();
    if (operator !== 'in' && operator !== 'not in') {
      return { kind: 'compare', path, operator, literals: [readLiteral()] };
    }
    expect(isSymbol('('));
    if (isWord('select')) {
      const semiJoin = readQuery();
      expect(isSymbol(')'));
      return { kind: 'compare', path, operator, literals: [], semiJoin };
    }
    const literals = [readLiteral()];
    while (take(isSymbol(','))) literals.push(readLiteral());
    expect(isSymbol(')'));
    return { kind: 'compare', path, operator, literals };
  };

  const readFactor = (): Condition => {
    if (take(isWord('not'))) return { kind: 'not', part: readFactor() };
    if (!take(isSymbol('('))) return readCompare();
    const condition = readCondition();
    expect(isSymbol(')'));
    return condition;
  };

  // AND and OR may not be mixed without brackets: what follows is unexpected then.
  const readCondition = (): Condition => {
    const first = readFactor();
    const kind = isWord('and') ? 'and' : isWord('or') ? 'or' : undefined;
    if (!kind) return first;
    const parts = [first];
    while (take(isWord(kind))) parts.push(readFactor());
    return { kind, parts };
  };

  const readSelectItem = (): SelectItem => {
    if (take(isSymbol('('))) {
      const query = readQuery();
      expect(isSymbol(')'));
      return { kind: 'child', query };
    }
    if (isWord('count') && isSymbol('(', 1)) {
      position += 2;
      const path = isSymbol(')') ? undefined : readPath();
      expect(isSymbol(')'));
      const hasAlias = peek().kind === 'name' && !reserved.test(peek().text);
      return { kind: 'count', path, alias: hasAlias ? next().text : undefined };
    }
    if (isWord('fields') && isSymbol('(', 1)) {
      position += 2;
      const token = next();
      const which = token.text.toLowerCase();
      if (which !== 'all' && which !== 'standard' && which !== 'custom') throw unexpected(token);
      expect(isSymbol(')'));
      return { kind: 'fields', which, at: token.at };
    }
    return { kind: 'path', path: readPath() };
  };

  const readOrdering = (): Ordering => {
    const path = readPath();
    const isDescending = take(isWord('desc'));
    if (!isDescending) take(isWord('asc'));
    if (!take(isWord('nulls'))) return { path, isDescending, nulls: 'first' };
    const nulls = isWord('first') ? 'first' : isWord('last') ? 'last' : undefined;
    if (!nulls) throw unexpected(peek());
    position += 1;
    return { path, isDescending, nulls };
  };

  function readQuery(): SoqlQuery {
    expect(isWord('select'));
    const select = [readSelectItem()];
    while (take(isSymbol(','))) select.push(readSelectItem());
    expect(isWord('from'));
    const from = readName();
    const where = take(isWord('where')) ? readCondition() : undefined;
    const orderBy: Ordering[] = [];
    if (take(isWord('order'))) {
      expect(isWord('by'));
      do orderBy.push(readOrdering());
      while (take(isSymbol(',')));
    }
    const limit = take(isWord('limit')) ? readWhole() : undefined;
    const offsetToken = peek(1);
    const offset = take(isWord('offset')) ? readWhole() : undefined;
    if (offset !== undefined && offset > maximumOffset) {
      throw soqlError({
        errorCode: 'NUMBER_OUTSIDE_VALID_RANGE',
        message: `Maximum SOQL offset allowed is ${maximumOffset}`,
        soql,
        at: offsetToken.at,
      });
    }
    return { select, from: from.text, fromAt: from.at, where, orderBy, limit, offset };
  }

  const query = readQuery();
  if (peek().kind !== 'end') throw unexpected(peek());
  return query;
}
