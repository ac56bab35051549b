import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatKey, parseKey } from './key.ts';

describe('a key predicate', () => {
  test('of one part needs no name', () => {
    expect(formatKey({ key: '4500000001', names: ['PurchaseOrder'], version: 'v2' })).toBe(
      "('4500000001')",
    );
  });

  test('of several parts names them in the order of the metadata', () => {
    expect(
      formatKey({
        key: { PurchaseOrderItem: '10', PurchaseOrder: '45' },
        names: ['PurchaseOrder', 'PurchaseOrderItem'],
        version: 'v2',
      }),
    ).toBe("(PurchaseOrder='45',PurchaseOrderItem='10')");
  });

  test('may have an empty part', () => {
    expect(
      formatKey({
        key: { Product: 'X', ValuationArea: '1010', ValuationType: '' },
        names: ['Product', 'ValuationArea', 'ValuationType'],
        version: 'v2',
      }),
    ).toBe("(Product='X',ValuationArea='1010',ValuationType='')");
  });

  test('encodes what would end the segment: slash, space, percent, question mark, hash', () => {
    expect(formatKey({ key: "A/B 1%?#'x'", names: ['Product'], version: 'v2' })).toBe(
      "('A%2FB%201%25%3F%23''x''')",
    );
  });

  test('writes parts by their types', () => {
    const types = { id: 'Edm.Guid', day: 'Edm.DateTime' };
    const key = { id: '00505681-0000-1ed8-9bb0-000000000001', day: '2026-01-01' };
    expect(formatKey({ key, names: ['id', 'day'], types, version: 'v2' })).toBe(
      "(id=guid'00505681-0000-1ed8-9bb0-000000000001',day=datetime'2026-01-01T00:00:00')",
    );
    expect(formatKey({ key, names: ['id'], types, version: 'v4' })).toBe(
      '(00505681-0000-1ed8-9bb0-000000000001)',
    );
  });

  test('names the part that is missing', () => {
    expect(() => formatKey({ key: { a: '1' }, names: ['a', 'b'], version: 'v4' })).toThrow(
      expect.objectContaining({
        code: 'ERR_VALIDATION',
        message: 'The key needs a, b; b is missing.',
      }),
    );
  });
});

describe('a key is read out of a URL', () => {
  test('of a location header', () => {
    expect(
      parseKey({
        url: "https://host/sap/opu/odata/sap/API_X/A_Product('AB%2F1%20%25')",
        version: 'v2',
      }),
    ).toEqual({ kind: 'single', value: { type: 'Edm.String', value: 'AB/1 %' } });
  });

  test('with names, quotes, commas and a query', () => {
    expect(
      parseKey({ url: "Items(Order='a,''b=c''',Item=10)?sap-client=100", version: 'v4' }),
    ).toEqual({
      kind: 'named',
      values: {
        Order: { type: 'Edm.String', value: "a,'b=c'" },
        Item: { type: 'Edm.Int32', value: 10 },
      },
    });
  });

  test('behind the parameters of a function', () => {
    expect(parseKey({ url: "Find(text='a)(b')(2)", version: 'v4' })).toEqual({
      kind: 'single',
      value: { type: 'Edm.Int32', value: 2 },
    });
  });

  test.each([
    'Products',
    ".Products('1')",
    'Products()',
    "Products('x'",
    'OrderItems(OrderID=1;ItemID=2)',
  ])('%s has none', (url) => {
    expect(() => parseKey({ url, version: 'v4' })).toThrow(
      expect.objectContaining({ code: 'ERR_VALIDATION' }),
    );
  });

  test('whatever was written into it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (first, second) => {
        const key = formatKey({ key: { A: first, B: second }, names: ['A', 'B'], version: 'v2' });
        const parsed = parseKey({ url: `https://host/x/Set${key}`, version: 'v2' });
        expect(parsed).toEqual({
          kind: 'named',
          values: {
            A: { type: 'Edm.String', value: first },
            B: { type: 'Edm.String', value: second },
          },
        });
      }),
    );
  });
});
