import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindStatement } from './operations/bind-statement.ts';
import { quickbooksEntities } from './quickbooks-entities.ts';
import { conditionsOf, literal, referenceConditions, statementOf } from './quickbooks-query.ts';

const { customer, invoice, tax } = quickbooksEntities({ salesOrderAs: 'estimate' });

/**
 * The pieces of a statement, as the query language reads it: a quote opens a text, which ends at the next
 * quote that no backslash precedes. Written apart from the connector.
 */
function piecesOf(statement: string): { readonly texts: string[]; readonly rest: string } {
  const texts: string[] = [];
  let rest = '';
  for (let at = 0; at < statement.length; at += 1) {
    if (statement[at] !== "'") {
      rest += statement[at];
      continue;
    }
    let text = '';
    for (at += 1; statement[at] !== "'"; at += 1) {
      if (at >= statement.length) throw new Error('a text does not end');
      if (statement[at] === '\\') at += 1;
      text += statement[at];
    }
    texts.push(text);
    rest += '?';
  }
  return { texts, rest };
}

// Quotes, backslashes, wildcards, words of the language, anything.
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom("'", '\\', '%', '(', ')', ' ', 'OR', '=', '1', '--', '\n') }),
  fc.constantFrom("' OR '1'='1", "\\' OR Active = false --", "O'Brien", 'C:\\', "x\\'"),
);

describe('a value in a query', () => {
  it('stays one text with its very characters, whatever they are', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        expect(piecesOf(literal(value))).toEqual({ texts: [value], rest: '?' });
      }),
    );
  });

  it('adds no condition to the statement, as equal value or in a list', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, two) => {
        const where = conditionsOf(invoice, [
          { field: 'invoiceNumber', operator: 'in', value: [one, two] },
          { field: 'customer', operator: 'eq', value: two },
        ]);
        const { texts, rest } = piecesOf(statementOf({ resource: 'Invoice', where }));
        expect(texts).toEqual([one, two, two]);
        expect(rest).toBe('SELECT * FROM Invoice WHERE DocNumber IN (?, ?) AND CustomerRef = ?');
      }),
    );
  });

  it('is bound to its name in a statement of the caller, and only outside of texts', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const bound = bindStatement("SELECT * FROM Term WHERE Name = :n AND Type = ':n'", {
          n: value,
        });
        const { texts, rest } = piecesOf(bound);
        expect(texts).toEqual([value, ':n']);
        expect(rest).toBe('SELECT * FROM Term WHERE Name = ? AND Type = ?');
      }),
    );
  });

  it('is asked for by the name that has none', () => {
    expect(() => bindStatement('SELECT * FROM Term WHERE Name = :name', {})).toThrow(
      /parameters\.name: is missing/,
    );
  });
});

describe('a statement', () => {
  it('has its parts in the order of the language', () => {
    const where = ["Id > '5'"];
    expect(statementOf({ resource: 'Item', where, orderBy: 'Id ASC', maxResults: 10 })).toBe(
      "SELECT * FROM Item WHERE Id > '5' ORDERBY Id ASC MAXRESULTS 10",
    );
    expect(statementOf({ resource: 'Item', count: true })).toBe('SELECT COUNT(*) FROM Item');
  });

  it('asks for inactive records of name lists, which would be left out', () => {
    expect(conditionsOf(customer)).toEqual(['Active IN (true, false)']);
    expect(conditionsOf(tax)).toEqual(['Active IN (true, false)']);
    expect(conditionsOf(invoice)).toEqual([]);
    const where = [{ field: 'isMarkedForDeletion', operator: 'eq', value: true } as const];
    expect(conditionsOf(customer, where)).toEqual(['Active = false']);
  });

  it('compares instants by the whole second that means the same', () => {
    const time = (operator: 'ge' | 'gt' | 'le' | 'lt') =>
      conditionsOf(invoice, [{ field: 'changedAt', operator, value: '2026-01-05T08:00:00.400Z' }]);
    expect(time('ge')).toEqual(["MetaData.LastUpdatedTime >= '2026-01-05T08:00:01Z'"]);
    expect(time('gt')).toEqual(["MetaData.LastUpdatedTime > '2026-01-05T08:00:00Z'"]);
    expect(time('le')).toEqual(["MetaData.LastUpdatedTime <= '2026-01-05T08:00:00Z'"]);
    expect(time('lt')).toEqual(["MetaData.LastUpdatedTime < '2026-01-05T08:00:01Z'"]);
  });
});

describe('what the query language does not have', () => {
  it.each([
    [{ field: 'invoiceNumber', operator: 'ne', value: '1' }, /cannot be compared with "ne"/],
    [{ field: 'invoiceNumber', operator: 'startsWith', value: '10%' }, /"startsWith"/],
    [{ field: 'invoiceNumber', operator: 'in', value: [] }, /takes a list/],
    [{ field: 'invoiceNumber', operator: 'eq', value: true }, /takes a text/],
    [{ field: 'grossAmount', operator: 'eq', value: '1' }, /cannot be filtered by "grossAmount"/],
  ] as const)('is refused: %j', (condition, message) => {
    expect(() => conditionsOf(invoice, [condition])).toThrow(message);
  });

  it('is refused as a reference that is none', () => {
    expect(() => referenceConditions(invoice, {})).toThrow(/can be found by invoiceNumber/);
    expect(() => referenceConditions(invoice, { customer: '1' })).toThrow(/"customer"/);
  });
});
