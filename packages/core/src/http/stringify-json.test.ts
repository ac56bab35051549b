import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './parse-json.ts';
import { stringifyJson } from './stringify-json.ts';

const decimalFields = ['price'];

describe('writing JSON', () => {
  it('writes the decimals of the named members as numbers, digit by digit', () => {
    const order = { price: '12345678901234567.10', lines: [{ price: '0.001' }, { price: '-5' }] };
    expect(stringifyJson(order, { decimalFields })).toBe(
      '{"price":12345678901234567.10,"lines":[{"price":0.001},{"price":-5}]}',
    );
  });

  it('leaves all other members as they are', () => {
    const product = { sku: '4711', weight: 1.5, price: null };
    expect(stringifyJson(product, { decimalFields })).toBe(JSON.stringify(product));
    expect(stringifyJson({ price: '1' })).toBe('{"price":"1"}');
  });

  it.each(['', 'on request', '007', '+1', '1,5', '1.', 'NaN', '1,"admin":true', ' 1'])(
    'leaves %j as text, which is no number of JSON',
    (price) => {
      expect(JSON.parse(stringifyJson({ price }, { decimalFields }))).toEqual({ price });
    },
  );

  it('is read back to the same text', () => {
    const decimals = fc.tuple(fc.bigInt(), fc.nat({ max: 99_999 }));
    fc.assert(
      fc.property(decimals, ([whole, fraction]) => {
        const row = { price: `${whole}.${fraction}` };
        expect(parseJson(stringifyJson(row, { decimalFields }), { decimalFields })).toEqual(row);
      }),
    );
  });
});
