import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindSoql } from './bind-soql.ts';
import { joinSoql, type Soql, soql, soqlDate, soqlDecimal, soqlName } from './soql.ts';
import { prefixLiteral } from './soql-literal.ts';

/** Reads quoted texts as the SOQL reference describes them; what is left over is outside of quotes. */
function readTexts(query: string): { readonly texts: readonly string[]; readonly rest: string } {
  const meaning: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
  const texts: string[] = [];
  let rest = '';
  for (let at = 0; at < query.length; at += 1) {
    if (query[at] !== "'") {
      rest += query[at];
      continue;
    }
    let text = '';
    for (at += 1; query[at] !== "'"; at += 1) {
      if (at >= query.length) throw new Error('The text has no end.');
      if (query[at] === '\\') {
        at += 1;
        text += meaning[query[at]!] ?? query[at];
      } else text += query[at];
    }
    texts.push(text);
  }
  return { texts, rest };
}

describe('what is put into a query', () => {
  it('is a text again when it is read, whatever characters it has', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const { text } = soql`SELECT Id FROM Account WHERE Name = ${a} AND Site = ${b}`;
        expect(readTexts(text)).toEqual({
          texts: [a, b],
          rest: 'SELECT Id FROM Account WHERE Name =  AND Site = ',
        });
      }),
    );
  });

  it.each([
    "' OR Name != '",
    "\\' OR Id != '",
    "\\\\' OR Id != '",
    "x'); DELETE",
    '\u2019 OR 1=1 --',
    '" OR ""="',
    "%' OR Name LIKE '%",
    "\n' OR IsDeleted = true AND Name = '",
  ])('does not get out of its quotes: %j', (attack) => {
    const { text } = soql`SELECT Id FROM Account WHERE Name = ${attack}`;
    expect(readTexts(text)).toEqual({
      texts: [attack],
      rest: 'SELECT Id FROM Account WHERE Name = ',
    });
  });

  it.each([
    [soql`${12}`, '12'],
    [soql`${true}`, 'true'],
    [soql`${null}`, 'null'],
    [soql`${new Date('2026-01-31T12:00:00Z')}`, '2026-01-31T12:00:00.000Z'],
    [soql`${['a', "b'"]}`, "('a', 'b\\'')"],
    [soqlDate('2026-01-31'), '2026-01-31'],
    [soqlDecimal('9999999999999999.99'), '9999999999999999.99'],
    [soqlName('Account.Owner.Name'), 'Account.Owner.Name'],
    [joinSoql([soql`A = ${1}`, soql`B = ${2}`], ' AND '), 'A = 1 AND B = 2'],
  ])('has the literal of its kind %#', ({ text }: Soql, literal) => {
    expect(text).toBe(literal);
  });

  it.each([
    ['a name with a blank', () => soqlName('Id FROM User WHERE')],
    ['a name that is none', () => soqlName("Name' OR '")],
    ['a day with more behind it', () => soqlDate('2026-01-31 OR true')],
    ['a decimal that is none', () => soqlDecimal('1 OR 1=1')],
    ['no number', () => soql`${Number.NaN}`],
    ['an empty list', () => soql`WHERE Id IN ${[]}`],
    ['nothing', () => soql`${undefined as never}`],
    ['data that pretends to be a query', () => soql`${{ text: '1 OR 1=1' } as never}`],
  ])('is refused: %s', (_what, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_UNSUPPORTED_QUERY' }));
  });

  it('stands for itself in a pattern, percent and underline too', () => {
    expect(prefixLiteral("50%_off'")).toBe("'50\\%\\_off\\'%'");
  });
});

describe('a query that comes as data', () => {
  it('gets its values by name, and leaves quoted texts and times alone', () => {
    const query =
      "SELECT Id FROM Account WHERE Name = :name AND Site = 'a:name \\' :x' AND CreatedDate > 2026-01-31T12:00:00Z AND Id IN :ids";
    expect(bindSoql(query, { name: "O'Neill :ids", ids: ['1', '2'] }).text).toBe(
      "SELECT Id FROM Account WHERE Name = 'O\\'Neill :ids' AND Site = 'a:name \\' :x' AND CreatedDate > 2026-01-31T12:00:00Z AND Id IN ('1', '2')",
    );
  });

  it('says which value is missing', () => {
    expect(() => bindSoql('SELECT Id FROM Account WHERE Name = :toString', {})).toThrow(
      'The query names :toString, and there is no value of that name.',
    );
  });
});
