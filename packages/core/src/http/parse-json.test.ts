import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './parse-json.ts';

describe('numbers', () => {
  it.each([
    ['0', 0],
    ['-0.5', -0.5],
    ['1.10', 1.1],
    ['0.1', 0.1],
    ['123456789012345', 123456789012345],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992],
    ['1000000000000000000000', 1e21],
    ['1.5E+3', 1500],
    ['1e100', 1e100],
    ['12345678901234567e3', 12345678901234567000],
    ['0.1000000000000000000', 0.1],
    ['100.000000000000000000', 100],
  ])('%s arrives as a number', (literal, value) => {
    expect(parseJson(`{"a":${literal}}`)).toEqual({ a: value });
  });

  it.each([
    '9007199254740993',
    '-9007199254740993',
    '12345678901234567.89',
    '0.12345678901234567891',
    '123456789.0123456789',
    '1e400',
    '-1e-400',
    '1.00000000000000000001',
    '12345678901234567890123456789012345678',
    '12345678901234567891e3',
  ])('%s arrives as its digits', (literal) => {
    expect(parseJson(`{"a": ${literal} ,"b":[${literal}]}`)).toEqual({ a: literal, b: [literal] });
    expect(parseJson(literal)).toBe(literal);
    expect(parseJson(` ${literal}`)).toBe(literal);
  });

  it.each([
    ['zeros', `1.${'0'.repeat(1_000_000)}1`],
    ['zeros in groups', `1.${`${'0'.repeat(1_000)}1`.repeat(1_000)}`],
    ['digits', `1.${'7'.repeat(1_000_000)}`],
  ])('of a million %s are read as quickly as they are found', (_name, literal) => {
    expect(parseJson(`[${literal}]`)).toEqual([literal]);
  });

  it('are left alone inside strings, whatever stands around them there', () => {
    const text = { a: 'x:9007199254740993', b: '\\",9007199254740993,"', c: '[9007199254740993]' };
    expect(parseJson(JSON.stringify({ ...text, n: 1 }))).toEqual({ ...text, n: 1 });
    expect(parseJson(`{"a":"\\\\","b":9007199254740993}`)).toEqual({
      a: '\\',
      b: '9007199254740993',
    });
  });

  it('of declared decimal fields always arrive as their digits', () => {
    const text =
      '{"Price": 1.10,"Other":1.10,"sub":{"Price":5},"note":"\\"Price\\": 7,","Price2":3}';
    expect(parseJson(text, { decimalFields: ['Price'] })).toEqual({
      Price: '1.10',
      Other: 1.1,
      sub: { Price: '5' },
      note: '"Price": 7,',
      Price2: 3,
    });
  });

  it('never change their value (property)', () => {
    const digits = fc.stringMatching(
      /^-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,12})?([eE][+-]?[0-9]{1,3})?$/,
    );
    fc.assert(
      fc.property(digits, (literal) => {
        const value = parseJson(`[${literal}]`);
        const [item] = value as [string | number];
        // Numbers have to stand for the same value; compared exactly, as scaled integers.
        if (typeof item === 'string') expect(item).toBe(literal);
        else expect(scaled(String(item))).toEqual(scaled(literal));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('any document', () => {
  it('without long numbers reads as JSON.parse reads it (property)', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const expected: unknown = JSON.parse(text);
        fc.pre(!/\d{15}|e[+-]?\d{2}|__proto__/.test(text));
        expect(parseJson(text)).toEqual(expected);
      }),
    );
  });

  it('reads as a parser that looks at the source of every number (property)', () => {
    const literal = fc
      .tuple(fc.bigInt(), fc.constantFrom('', '.5', '.10', '.00000000000000000001'))
      .map((parts) => parts.join(''));
    const tricky = fc.constantFrom('\\"', '\\\\', ':12345678901234567890,', '[', 'é', '1e999');
    const text = fc.array(tricky, { maxLength: 5 }).map((parts) => `"${parts.join('')}"`);
    const { value } = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        literal,
        text,
        fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(' , ')}]`),
        // Of two members with one name V8 keeps the first or the last, by what it parsed before.
        fc
          .uniqueArray(fc.tuple(text, tie('value')), { maxLength: 4, selector: ([name]) => name })
          .map((members) => `{${members.map((member) => member.join(' : ')).join(',')}}`),
      ),
    }));
    const isKept = (source: string, number: number) => {
      const [digits, power] = scaled(String(number));
      const [wanted, wantedPower] = scaled(source);
      return digits === wanted && power === wantedPower;
    };
    // Now and then V8 hands the reviver no source, or not that of the number: such a document says nothing.
    let isSourceKnown = true;
    const read = (_name: string, item: unknown, { source }: { source?: string }) => {
      if (typeof item !== 'number') return item;
      if (!source || Number(source) !== item) isSourceKnown = false;
      return !source || isKept(source, item) ? item : source;
    };
    fc.assert(
      fc.property(value, (json) => {
        isSourceKnown = true;
        const expected = JSON.parse(json, read as Parameters<typeof JSON.parse>[1]);
        fc.pre(isSourceKnown);
        expect(parseJson(json)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('may begin with a byte order mark', () => {
    expect(parseJson('\ufeff{"a":1}')).toEqual({ a: 1 });
  });

  it.each(['', '{', '[1,]', '{"a":01}', '[1.2.3.4.5.6.7.8.9.0]', '[00012345678901234567890]', 'x'])(
    'that is none is refused: %s',
    (text) => {
      expect(() => parseJson(text, { decimalFields: ['a'] })).toThrow(SyntaxError);
    },
  );

  it('is bounded in depth', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(() => parseJson(nested(100))).not.toThrow();
    expect(() => parseJson(nested(101))).toThrow(/nested too deep/);
    expect(() => parseJson(nested(200_000))).toThrow(/nested too deep/);
    expect(() => parseJson(`${'{"a":'.repeat(11)}1${'}'.repeat(11)}`, { maxDepth: 10 })).toThrow(
      /nested too deep/,
    );
  });

  it.each(['__proto__', '\\u005f_proto__', '_\\u005Fproto__', '__pr\\u006fto__'])(
    'cannot smuggle in a prototype as %s',
    (name) => {
      const value = parseJson(`{"a":{"${name}":{"admin":true},"b":1}}`) as { a: object };
      expect(Object.keys(value.a)).toEqual(['b']);
      expect(Object.assign({}, value.a)).not.toHaveProperty('admin');
    },
  );
});

function scaled(literal: string): readonly [bigint, number] {
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  let units = BigInt(whole + fraction);
  let power = Number(exponent) - fraction.length;
  if (units === 0n) return [0n, 0];
  while (units % 10n === 0n) {
    units /= 10n;
    power += 1;
  }
  return [units, power + 0];
}
