import { badRequest, SapFault } from './fault.ts';
import { type Literal, type Token, tokenize } from './filter-lexer.ts';
import { compareValues, literalFor } from './literal.ts';
import type { EntitySet, Property, Row } from './model.ts';

export type Predicate = (row: Row) => boolean;

type Operand =
  | { readonly is: 'property'; readonly property: Property }
  | { readonly is: 'literal'; readonly literal: Literal }
  | { readonly is: 'predicate'; readonly test: Predicate };

type TextTest = (text: string, part: string) => boolean;

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

// V2 names the part first in substringof, all others name the text first.
const textFunctions: Readonly<
  Record<2 | 4, Readonly<Record<string, { test: TextTest; partFirst?: true }>>>
> = {
  2: {
    substringof: { test: (text, part) => text.includes(part), partFirst: true },
    startswith: { test: (text, part) => text.startsWith(part) },
    endswith: { test: (text, part) => text.endsWith(part) },
  },
  4: {
    contains: { test: (text, part) => text.includes(part) },
    startswith: { test: (text, part) => text.startsWith(part) },
    endswith: { test: (text, part) => text.endsWith(part) },
  },
};

export interface FilterContext {
  readonly set: EntitySet;
  readonly odataVersion: 2 | 4;
}

/** Compiles a `$filter`. @throws SapFault 400 with the position of what it cannot read */
export function compileFilter(text: string, context: FilterContext): Predicate {
  const tokens = tokenize(text, context.odataVersion);
  let position = 0;
  const peek = (): Token => tokens[position]!;
  const next = (): Token => tokens[position++]!;
  const isWord = (...words: string[]): boolean => {
    const token = peek();
    return token.type === 'word' && words.includes(token.text);
  };
  const expect = (type: Token['type']): void => {
    const token = next();
    if (token.type !== type) throw unexpected(token);
  };

  const readOr = (): Predicate => {
    let left = readAnd();
    while (isWord('or')) {
      next();
      const [first, second] = [left, readAnd()];
      left = (row) => first(row) || second(row);
    }
    return left;
  };
  const readAnd = (): Predicate => {
    let left = readNot();
    while (isWord('and')) {
      next();
      const [first, second] = [left, readNot()];
      left = (row) => first(row) && second(row);
    }
    return left;
  };
  const readNot = (): Predicate => {
    if (!isWord('not')) return readComparison();
    next();
    const inner = readNot();
    return (row) => !inner(row);
  };
  const readComparison = (): Predicate => {
    const left = readOperand();
    if (!isWord(...Object.keys(comparisons))) return asPredicate(left);
    const operator = (next() as { text: string }).text;
    const at = peek().at;
    return compare({ left, operator, right: readOperand(), at });
  };
  const readOperand = (): Operand => {
    const token = next();
    if (token.type === 'literal') return { is: 'literal', literal: token.literal };
    if (token.type === '(') {
      const test = readOr();
      expect(')');
      return { is: 'predicate', test };
    }
    if (token.type !== 'word') throw unexpected(token);
    if (peek().type === '(') return { is: 'predicate', test: readFunction(token.text) };
    const property = context.set.byName.get(token.text);
    if (!property)
      throw badRequest(
        `Property '${token.text}' not found in type '${context.set.typeName}'`,
        '/IWBEP/CM_MGW_RT/022',
      );
    return { is: 'property', property };
  };
  const readFunction = (name: string): Predicate => {
    const functions = textFunctions[context.odataVersion];
    const textFunction = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (!textFunction) {
      throw new SapFault({
        status: 400,
        code: '/IWBEP/CM_MGW_RT/147',
        message: `Function '${name}' is not supported`,
      });
    }
    expect('(');
    const first = readOperand();
    expect(',');
    const second = readOperand();
    expect(')');
    const [textOperand, partOperand] = textFunction.partFirst ? [second, first] : [first, second];
    if (textOperand.is !== 'property' || textOperand.property.kind !== 'string') {
      throw badRequest(`Invalid parametertype used at function '${name}'`);
    }
    const { property } = textOperand;
    const part = partOperand.is === 'literal' ? partOperand.literal : undefined;
    if (part?.kind !== 'string')
      throw badRequest(`Invalid parametertype used at function '${name}'`);
    const wanted =
      property.format === 'upper' ? String(part.value).toUpperCase() : String(part.value);
    return (row) => textFunction.test(String(row[property.field]), wanted);
  };

  const test = readOr();
  expect('end');
  return test;
}

const unexpected = (token: Token): SapFault =>
  badRequest(`Invalid token detected at position ${token.at}`);

function asPredicate(operand: Operand): Predicate {
  if (operand.is === 'predicate') return operand.test;
  if (operand.is === 'property' && operand.property.kind === 'boolean') {
    const { field } = operand.property;
    return (row) => row[field] === true;
  }
  throw badRequest('The filter is not a Boolean expression');
}

const mirrored: Readonly<Record<string, string>> = { gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' };

function compare(comparison: {
  readonly left: Operand;
  readonly operator: string;
  readonly right: Operand;
  readonly at: number;
}): Predicate {
  const { left, operator, right, at } = comparison;
  const typeError = () =>
    badRequest(`Invalid parametertype used at function '${operator}' (Position: ${at})`);
  const accepts = comparisons[operator]!;
  if (left.is === 'predicate') {
    if (right.is !== 'literal' || right.literal.kind !== 'boolean') throw typeError();
    const wanted = right.literal.value;
    if (operator !== 'eq' && operator !== 'ne') throw typeError();
    return (row) => (left.test(row) === wanted) === (operator === 'eq');
  }
  if (left.is === 'literal') {
    if (right.is !== 'property') throw typeError();
    return compare({ left: right, operator: mirrored[operator] ?? operator, right: left, at });
  }
  const { property } = left;
  const { field } = property;
  if (right.is === 'property') {
    const other = right.property;
    if (other.kind !== property.kind) throw typeError();
    return (row) => accepts(compareValues(row[field]!, row[other.field]!, property));
  }
  if (right.is !== 'literal') throw typeError();
  const wanted = literalFor(right.literal, property);
  if (wanted === undefined) throw typeError();
  // null is not in any order: only eq and ne see it.
  if (wanted === null) {
    if (operator !== 'eq' && operator !== 'ne') return () => false;
    return (row) => (row[field] === null) === (operator === 'eq');
  }
  if (operator === 'eq' && property.kind !== 'decimal') return (row) => row[field] === wanted;
  return (row) => {
    const value = row[field]!;
    if (value === null) return operator === 'ne';
    return accepts(compareValues(value, wanted, property));
  };
}
