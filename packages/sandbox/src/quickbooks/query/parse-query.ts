import { queryParserError, queryValidationError } from '../fault/refusals.ts';
import { type Token, tokenize } from './tokens.ts';

type Operator = '=' | '<' | '>' | '<=' | '>=' | 'IN' | 'LIKE';

export interface Condition {
  readonly field: string;
  readonly operator: Operator;
  readonly values: readonly (string | number | boolean)[];
}

/** A statement, understood. Names are as they were written. */
export interface Query {
  readonly entity: string;
  /** Nothing stands for `*`. */
  readonly fields: readonly string[] | undefined;
  readonly isCount: boolean;
  readonly conditions: readonly Condition[];
  readonly order: readonly { readonly field: string; readonly isDescending: boolean }[];
  /** 1-based. @default 1 */
  readonly startPosition: number;
  /** @default 100 */
  readonly maxResults: number;
}

const maximumResults = 1_000;
const comparisons = new Set(['=', '<', '>', '<=', '>=']);

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(statement: string) {
    this.#tokens = tokenize(statement);
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #fail(expected: string): never {
    const { text, at } = this.#next;
    throw queryParserError(`Encountered "${text}" at column ${at + 1}. Was expecting: ${expected}`);
  }

  #isKeyword(keyword: string): boolean {
    return this.#next.kind === 'word' && this.#next.text.toUpperCase() === keyword;
  }

  #accept(keyword: string): boolean {
    const isThere = this.#isKeyword(keyword);
    if (isThere) this.#at += 1;
    return isThere;
  }

  #expect(keyword: string): void {
    if (!this.#accept(keyword)) this.#fail(keyword);
  }

  #acceptSymbol(symbol: string): boolean {
    const isThere = this.#next.kind === 'symbol' && this.#next.text === symbol;
    if (isThere) this.#at += 1;
    return isThere;
  }

  #expectSymbol(symbol: string): void {
    if (!this.#acceptSymbol(symbol)) this.#fail(`"${symbol}"`);
  }

  #name(what: string): string {
    const { kind, text } = this.#next;
    if (kind !== 'word') this.#fail(what);
    this.#at += 1;
    return text;
  }

  #value(): string | number | boolean {
    const { kind, text } = this.#next;
    if (kind === 'end' || kind === 'symbol') this.#fail('a value');
    if (kind === 'word') {
      const word = text.toLowerCase();
      if (word !== 'true' && word !== 'false') this.#fail("a value in ' '");
      this.#at += 1;
      return word === 'true';
    }
    this.#at += 1;
    return kind === 'number' ? Number(text) : text;
  }

  #list(): readonly (string | number | boolean)[] {
    this.#expectSymbol('(');
    const values = [this.#value()];
    while (this.#acceptSymbol(',')) values.push(this.#value());
    this.#expectSymbol(')');
    return values;
  }

  #condition(): Condition {
    const field = this.#name('a property');
    if (this.#accept('IN')) return { field, operator: 'IN', values: this.#list() };
    if (this.#accept('LIKE')) return { field, operator: 'LIKE', values: [this.#value()] };
    const { kind, text } = this.#next;
    if (kind !== 'symbol' || !comparisons.has(text)) this.#fail('= < > <= >= IN LIKE');
    this.#at += 1;
    return { field, operator: text as Operator, values: [this.#value()] };
  }

  #conditions(): readonly Condition[] {
    if (!this.#accept('WHERE')) return [];
    const conditions = [this.#condition()];
    while (this.#accept('AND')) conditions.push(this.#condition());
    return conditions;
  }

  #order(): Query['order'] {
    if (this.#accept('ORDER')) this.#expect('BY');
    else if (!this.#accept('ORDERBY')) return [];
    const order: { field: string; isDescending: boolean }[] = [];
    do {
      const field = this.#name('a property');
      const isDescending = this.#accept('DESC');
      if (!isDescending) this.#accept('ASC');
      order.push({ field, isDescending });
    } while (this.#acceptSymbol(','));
    return order;
  }

  #wholeNumber(name: string, minimum: number): number {
    if (this.#next.kind !== 'number') this.#fail('a number');
    const value = Number(this.#next.text);
    this.#at += 1;
    if (!Number.isInteger(value) || value < minimum) {
      throw queryValidationError(`value ${value} of ${name} must be ${minimum} or more`);
    }
    return value;
  }

  #selection(): Pick<Query, 'fields' | 'isCount'> {
    if (this.#acceptSymbol('*')) return { fields: undefined, isCount: false };
    if (this.#accept('COUNT')) {
      this.#expectSymbol('(');
      this.#expectSymbol('*');
      this.#expectSymbol(')');
      return { fields: undefined, isCount: true };
    }
    const fields = [this.#name('* or properties')];
    while (this.#acceptSymbol(',')) fields.push(this.#name('a property'));
    return { fields, isCount: false };
  }

  parse(): Query {
    this.#expect('SELECT');
    const selection = this.#selection();
    this.#expect('FROM');
    const entity = this.#name('an entity');
    const conditions = this.#conditions();
    const order = this.#order();
    let startPosition = 1;
    let maxResults = 100;
    while (this.#next.kind !== 'end') {
      if (this.#accept('STARTPOSITION')) startPosition = this.#wholeNumber('STARTPOSITION', 1);
      else if (this.#accept('MAXRESULTS')) maxResults = this.#wholeNumber('MAXRESULTS', 1);
      else this.#fail('<EOF>');
    }
    if (maxResults > maximumResults) {
      throw queryValidationError(
        `value ${maxResults} is too large. Max allowed value is ${maximumResults}`,
      );
    }
    return { entity, ...selection, conditions, order, startPosition, maxResults };
  }
}

/**
 * Reads a statement of the query language: no OR, no `!=`, no joins.
 * @throws QuickbooksFault 4000 when it cannot be read, 4001 when a number in it is not allowed
 */
export const parseQuery = (statement: string): Query => new Parser(statement).parse();
