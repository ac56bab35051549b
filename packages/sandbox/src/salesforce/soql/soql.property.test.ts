import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSandboxClock } from '../../toolkit/sandbox-clock.ts';
import { createOrganization } from '../organization.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { parseSoql } from './parse-soql.ts';
import { runQuery } from './run-query.ts';
import type { Condition, Literal, Operator, SoqlQuery } from './soql-query.ts';

const escapeLiteral = (text: string): string => text.replace(/[\\']/g, '\\$&');

/** Writes a query as a person would; the other direction of the parser. */
function writeLiteral(literal: Literal): string {
  if (literal.kind === 'null') return 'null';
  return literal.kind === 'string' ? `'${escapeLiteral(literal.text)}'` : literal.text;
}
function writeCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'not':
      return `NOT (${writeCondition(condition.part)})`;
    case 'compare': {
      const { path, operator, literals } = condition;
      const isList = operator === 'in' || operator === 'not in';
      const values = literals.map(writeLiteral).join(', ');
      return `${path.names.join('.')} ${operator.toUpperCase()} ${isList ? `(${values})` : values}`;
    }
    default:
      return condition.parts
        .map((part) =>
          part.kind === 'compare' ? writeCondition(part) : `(${writeCondition(part)})`,
        )
        .join(condition.kind === 'and' ? ' AND ' : '\n or ');
  }
}
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, inner) => (key === 'at' || key === 'pattern' ? undefined : inner)),
  );

const name = fc.constantFrom('Name', 'ERP_Id__c', 'Account', 'x1');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => ({ names, at: 0 }));
const literal: fc.Arbitrary<Literal> = fc.oneof(
  fc
    .string({ unit: 'grapheme' })
    .map((text) => ({ kind: 'string' as const, text, pattern: /x/, at: 0 })),
  fc.integer().map((number) => ({ kind: 'number' as const, text: String(number), at: 0 })),
  fc.constantFrom('true', 'false').map((text) => ({ kind: 'boolean' as const, text, at: 0 })),
  fc.constant({ kind: 'null' as const, at: 0 }),
  fc
    .constantFrom('2026-01-05', '1999-12-31')
    .map((text) => ({ kind: 'date' as const, text, at: 0 })),
  fc
    .constantFrom('2026-01-05T08:00:00Z', '2026-01-05T08:00:00.123+01:00')
    .map((text) => ({ kind: 'datetime' as const, text, at: 0 })),
);
const operator = fc.constantFrom<Operator>('=', '!=', '<', '<=', '>', '>=', 'like');
const compare: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    kind: fc.constant('compare' as const),
    path,
    operator,
    literals: fc.array(literal, { minLength: 1, maxLength: 1 }),
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    path,
    operator: fc.constantFrom<Operator>('in', 'not in'),
    literals: fc.array(literal, { minLength: 1, maxLength: 4 }),
  }),
);
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    compare,
    fc.record({ kind: fc.constant('not' as const), part: tie('condition') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));

function organizationOf(names: readonly string[]) {
  const organization = createOrganization(
    {},
    { clock: createSandboxClock(), onCommit: () => undefined },
  );
  const tx = organization.database.begin({ userId: '005xx0000000001AAA' });
  const type = organization.schema.object('Product2')!;
  for (const Name of names) organization.records.insert(tx, type, { Name });
  const query = (soql: string): string[] => {
    const outcome = runQuery(soql, {
      ...organization,
      basePath: '',
      pageSize: 2_000,
      includeDeleted: false,
      isInRecycleBin: () => true,
    });
    if (outcome.kind !== 'records') throw new Error('records expected');
    return outcome.rows.map((row) => String(row.Name));
  };
  return query;
}
const names = fc.array(
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .map((text) => text.trim())
    .filter((text) => text !== ''),
  { minLength: 1, maxLength: 6 },
);

describe('the SOQL parser', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(condition, (where) => {
        const read = parseSoql(`SELECT Id FROM Account WHERE ${writeCondition(where)}`);
        expect(plain(read.where)).toEqual(plain(where));
      }),
    );
  });

  it('reads clauses in any spelling', () => {
    const clause = fc.record({
      fields: fc.uniqueArray(name, { minLength: 1 }),
      isDescending: fc.boolean(),
      nulls: fc.constantFrom('first' as const, 'last' as const),
      limit: fc.nat(5_000),
      offset: fc.nat(2_000),
      gap: fc.constantFrom(' ', '\n', '\t  '),
      isUpper: fc.boolean(),
    });
    fc.assert(
      fc.property(clause, ({ fields, isDescending, nulls, limit, offset, gap, isUpper }) => {
        const word = (text: string): string => (isUpper ? text : text.toLowerCase());
        const soql = [
          word('SELECT'),
          fields.join(','),
          word('FROM'),
          'Account',
          word('ORDER'),
          word('BY'),
          'Name',
          word(isDescending ? 'DESC' : 'ASC'),
          word('NULLS'),
          word(nulls.toUpperCase()),
          word('LIMIT'),
          limit,
          word('OFFSET'),
          offset,
        ].join(gap);
        const read: SoqlQuery = parseSoql(soql);
        expect(plain(read)).toMatchObject({
          select: fields.map((each) => ({ kind: 'path', path: { names: [each] } })),
          from: 'Account',
          orderBy: [{ path: { names: ['Name'] }, isDescending, nulls }],
          limit,
          offset,
        });
      }),
    );
  });

  it('refuses rubbish with a position, and nothing else', () => {
    const word = fc.constantFrom(
      'SELECT',
      'Id',
      'FROM',
      'Account',
      'WHERE',
      '=',
      "'a'",
      '(',
      ')',
      ',',
      'AND',
      'NOT',
      'IN',
      '5',
      'LIMIT',
      '\\',
      "'",
    );
    const rubbish = fc.oneof(
      fc.string(),
      fc.array(word).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(rubbish, (soql) => {
        try {
          parseSoql(soql);
        } catch (error) {
          expect(error).toBeInstanceOf(SalesforceError);
          expect((error as SalesforceError).message).toMatch(/ERROR at Row:\d+:Column:\d+\n/);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('SOQL literals', () => {
  it('find exactly the text that was escaped', () => {
    fc.assert(
      fc.property(names, (values) => {
        const query = organizationOf(values);
        for (const value of values) {
          const found = query(`SELECT Name FROM Product2 WHERE Name = '${escapeLiteral(value)}'`);
          const expected = values.filter((other) => other.toLowerCase() === value.toLowerCase());
          expect(found).toEqual(expected);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('match by LIKE as a plain matcher does', () => {
    const letters = fc.array(fc.constantFrom('a', 'B', '%', '_', '.', '*'), {
      minLength: 1,
      maxLength: 5,
    });
    /** Whether the text fits the pattern, tried letter by letter. */
    const fits = (pattern: string, text: string): boolean => {
      if (pattern === '') return text === '';
      if (pattern[0] === '%') {
        return fits(pattern.slice(1), text) || (text !== '' && fits(pattern, text.slice(1)));
      }
      const isSame = pattern[0] === '_' || pattern[0]!.toLowerCase() === text[0]?.toLowerCase();
      return text !== '' && isSame && fits(pattern.slice(1), text.slice(1));
    };
    fc.assert(
      fc.property(fc.array(letters, { minLength: 1, maxLength: 5 }), letters, (values, pattern) => {
        const texts = values.map((value) => value.join(''));
        const like = pattern.join('');
        const found = organizationOf(texts)(`SELECT Name FROM Product2 WHERE Name LIKE '${like}'`);
        expect(found).toEqual(texts.filter((text) => fits(like, text)));
      }),
      { numRuns: 100 },
    );
  });

  it('keep the laws of logic', () => {
    const clause = fc.constantFrom(
      "Name = 'a'",
      "Name LIKE 'a%'",
      'Name = null',
      "Name IN ('a','b')",
      "Name < 'b'",
    );
    fc.assert(
      fc.property(clause, clause, (one, other) => {
        const query = organizationOf(['a', 'b', 'ab', 'c']);
        const where = (text: string): string[] =>
          query(`SELECT Name FROM Product2 WHERE ${text} ORDER BY Id`);
        expect(where(`NOT (${one} AND ${other})`)).toEqual(where(`(NOT ${one}) OR (NOT ${other})`));
        expect(where(`NOT (NOT ${one})`)).toEqual(where(one));
        const both = where(`${one} OR ${other}`);
        expect(both).toEqual(
          ['a', 'b', 'ab', 'c'].filter(
            (text) => where(one).includes(text) || where(other).includes(text),
          ),
        );
      }),
      { numRuns: 25 },
    );
  });
});
