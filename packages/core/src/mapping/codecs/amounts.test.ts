import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CodecOptions } from '../codec-options.ts';
import { compileTemplate } from '../compile-template.ts';
import { defineTemplate } from '../define-template.ts';
import type { FieldMapping } from '../mapping-template.ts';
import { checkTemplateLaws } from '../template-laws.ts';
import { currencyMinorUnits } from './iso-currencies.ts';

const templateOf = (fields: readonly FieldMapping[]) =>
  defineTemplate({
    id: 'test.invoice',
    version: 1,
    vendor: { entity: 'v' },
    canonical: { entity: 'c' },
    fields,
  });
const currency: FieldMapping = {
  vendor: 'Curr',
  canonical: 'currency',
  codec: { kind: 'currency', exceptions: { RMB: 'CNY' } },
};
const ofCurrency = { currencyField: 'currency' } as const;
const amountOf = (codec: Partial<CodecOptions & { kind: 'decimal' }> = {}) =>
  templateOf([
    {
      vendor: 'Amount',
      canonical: 'amount',
      codec: { kind: 'decimal', scale: ofCurrency, ...codec },
    },
    currency,
  ]);

describe('an amount with the places of its currency', () => {
  const mapping = compileTemplate(amountOf({ vendorScale: 3 }));

  it.each([
    ['EUR', '1.5', '1.50', '1.500'],
    ['JPY', '1500.000', '1500', '1500.000'],
    ['KWD', '1.2', '1.200', '1.200'],
    ['RMB', '7', '7.00', '7.000'],
  ])(
    '%s: read as ISO 4217 says, written with the places of the vendor',
    (Curr, Amount, amount, back) => {
      const decoded = mapping.decode({ Curr, Amount });
      expect(decoded).toMatchObject({ amount });
      expect(mapping.encode(decoded)).toEqual({ Curr, Amount: back });
    },
  );

  it.each([
    ['decode', { Curr: 'EUR', Amount: '1.005' }],
    ['decode', { Curr: 'JPY', Amount: '1500.1' }],
    ['encode', { currency: 'EUR', amount: '1.005' }],
    ['encode', { currency: 'JPY', amount: '0.5' }],
  ] as const)('refuses to %s more places than the currency has: %j', (direction, record) => {
    expect(() => mapping[direction](record)).toThrow(
      expect.objectContaining({ code: 'ERR_MAPPING', path: 'amount' }),
    );
  });

  it('rounds to the currency where a rounding is declared, in both directions', () => {
    const rounding = compileTemplate(amountOf({ vendorScale: 3, rounding: 'half-even' }));
    expect(rounding.decode({ Curr: 'EUR', Amount: '1.005' })).toMatchObject({ amount: '1.00' });
    expect(rounding.encode({ currency: 'EUR', amount: '1.015' })).toMatchObject({
      Amount: '1.020',
    });
  });

  it('as the least, keeps finer prices', () => {
    const price = compileTemplate(amountOf({ scale: undefined, minScale: ofCurrency }));
    const read = (Curr: string, Amount: string) => price.decode({ Curr, Amount }).amount;
    expect([
      read('EUR', '0.125'),
      read('EUR', '1'),
      read('JPY', '10.0'),
      read('JPY', '0.5'),
    ]).toEqual(['0.125', '1.00', '10', '0.5']);
  });

  it('carries the number over where the record does not say the currency', () => {
    expect(mapping.encodePatch({ amount: '1.5' })).toEqual({ Amount: '1.500' });
    expect(mapping.decode({ Amount: '1.50' })).toEqual({ amount: '1.5' });
    expect(() => mapping.encodePatch({ amount: '1.2345' })).toThrow(/places/);
  });

  it('refuses what is no currency', () => {
    expect(() => mapping.decode({ Curr: 'XXQ', Amount: '1' })).toThrow(/currency/);
    expect(() => mapping.encode({ currency: 'eur', amount: '1' })).toThrow(/ISO 4217/);
  });

  it('takes the currency of the record around, and a constant one', () => {
    const lines: FieldMapping = {
      vendor: 'Items',
      canonical: 'lines',
      each: [
        {
          vendor: 'Net',
          canonical: 'net',
          codec: { kind: 'decimal', scale: { currencyField: '^.currency' } },
        },
      ],
    };
    const document = compileTemplate(templateOf([lines, currency]));
    const yen = { currency: 'JPY', lines: [{ net: '5' }] };
    expect(document.decode({ Curr: 'JPY', Items: [{ Net: '5.0' }] })).toEqual(yen);
    expect(document.encode(yen)).toEqual({ Curr: 'JPY', Items: [{ Net: '5' }] });
    expect(() => document.encode({ ...yen, lines: [{ net: '5.5' }] })).toThrow(
      expect.objectContaining({ path: 'lines[0].net' }),
    );
    const always = compileTemplate(templateOf([lines, { canonical: 'currency', constant: 'KWD' }]));
    expect(always.decode({ Items: [{ Net: '5' }] })).toEqual({
      currency: 'KWD',
      lines: [{ net: '5.000' }],
    });
    expect(always.encode({ lines: [{ net: '5.1' }] })).toEqual({ Items: [{ Net: '5.100' }] });
  });
});

describe('the currency of an amount', () => {
  const amount: FieldMapping = {
    vendor: 'Amount',
    canonical: 'amount',
    codec: { kind: 'decimal', scale: ofCurrency },
  };
  const when = (kind: string) => ({
    vendor: { path: 'Kind', equals: kind },
    canonical: { path: 'kind', equals: kind },
  });
  const codec = { kind: 'currency' } as const;

  it('is that of the field whose condition holds', () => {
    const mapping = compileTemplate(
      templateOf([
        amount,
        { vendor: 'Kind', canonical: 'kind' },
        { vendor: 'Own', canonical: 'currency', codec, when: when('own') },
        { vendor: 'Other', canonical: 'currency', codec, when: when('other') },
      ]),
    );
    const read = (Kind: string) =>
      mapping.decode({ Kind, Amount: '5', Own: 'JPY', Other: 'KWD' }).amount;
    expect([read('own'), read('other'), read('none')]).toEqual(['5', '5.000', '5']);
  });

  it('is the default where the vendor has none', () => {
    const mapping = compileTemplate(
      templateOf([amount, { vendor: 'Curr', canonical: 'currency', codec, default: 'KWD' }]),
    );
    expect(mapping.decode({ Amount: '5' })).toEqual({ amount: '5.000', currency: 'KWD' });
    expect(mapping.decode({ Amount: '5', Curr: 'EUR' })).toMatchObject({ amount: '5.00' });
  });
});

describe('amounts that the vendor writes in another form', () => {
  it.each([
    ['minor', 'EUR', '150', '1.50'],
    ['minor', 'JPY', '150', '150'],
    ['minor', 'KWD', '1500', '1.500'],
    ['shifted', 'EUR', '1.50', '1.50'],
    ['shifted', 'JPY', '15.00', '1500'],
    ['shifted', 'KWD', '15.00', '1.500'],
  ] as const)('%s: %s %s is %s', (vendorAmount, Curr, Amount, amount) => {
    const mapping = compileTemplate(amountOf({ vendorAmount }));
    expect(mapping.decode({ Curr, Amount })).toEqual({ amount, currency: Curr });
    expect(mapping.encode({ amount, currency: Curr })).toEqual({ Amount, Curr });
  });

  it('need the currency beside them, for the number means another one without', () => {
    const mapping = compileTemplate(amountOf({ vendorAmount: 'minor' }));
    expect(() => mapping.encodePatch({ amount: '1.50' })).toThrow(/needs its currency/);
    expect(mapping.encodePatch({ amount: '1.50', currency: 'EUR' })).toEqual({
      Amount: '150',
      Curr: 'EUR',
    });
  });

  it('agree with counting in the smallest unit', () => {
    const mapping = compileTemplate(amountOf({ vendorAmount: 'minor' }));
    fc.assert(
      fc.property(
        fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF'),
        fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
        (Curr, units) => {
          const places = currencyMinorUnits(Curr) as number;
          const { amount } = mapping.decode({ Curr, Amount: String(units) });
          expect(BigInt((amount as string).replace('.', ''))).toBe(units);
          expect((amount as string).split('.')[1]?.length ?? 0).toBe(places);
        },
      ),
    );
  });

  it('say what was done', () => {
    const done = (vendorAmount: 'minor' | 'shifted', Curr: string, Amount: string) =>
      compileTemplate(amountOf({ vendorAmount })).explain({ Curr, Amount }, 'decode').fields[0]
        ?.done;
    expect(done('minor', 'EUR', '150')).toBe('read from minor units');
    expect(done('shifted', 'JPY', '15.00')).toBe('read from the form with 2 places');
    const plain = compileTemplate(amountOf());
    expect(plain.explain({ Curr: 'EUR', Amount: '1.5' }, 'decode').fields[0]).toMatchObject({
      codec: 'decimal',
      done: 'written with 2 places',
    });
  });
});

describe('the laws of amounts', () => {
  it.each<[string, Partial<CodecOptions & { kind: 'decimal' }>]>([
    ['places of the currency', {}],
    ['more places at the vendor', { vendorScale: 4, precision: 15 }],
    ['minor units', { vendorAmount: 'minor' }],
    ['minor units as numbers', { vendorAmount: 'minor', vendorType: 'number' }],
    ['shifted, minus behind', { vendorAmount: 'shifted', trailingMinus: true }],
    ['at least the places', { scale: undefined, minScale: ofCurrency }],
  ])('hold with %s', (_name, codec) => {
    expect(checkTemplateLaws(amountOf(codec))).toEqual([]);
  });
});

describe('a template refuses an amount', () => {
  const problemOf = (codec: object, more: readonly FieldMapping[] = []) => {
    const field = { vendor: 'A', canonical: 'a', codec: { kind: 'decimal', ...codec } };
    return () => templateOf([field as FieldMapping, currency, ...more]);
  };
  it.each<[string, object, string, RegExp]>([
    [
      'of an unknown field',
      { scale: { currencyField: 'curency' } },
      'fields[0].codec',
      /Did you mean "currency"/,
    ],
    [
      'that looks out of no list',
      { scale: { currencyField: '^.currency' } },
      'fields[0].codec',
      /no list around/,
    ],
    [
      'with a misspelt property',
      { scale: { currency: 'x' } },
      'fields[0].codec.scale.currency',
      /currencyField/,
    ],
    [
      'in minor units without a currency',
      { vendorAmount: 'minor' },
      'fields[0].codec.vendorAmount',
      /needs the currency/,
    ],
    [
      'in minor units with places',
      { vendorAmount: 'minor', scale: ofCurrency, vendorScale: 2 },
      'fields[0].codec.vendorScale',
      /together/,
    ],
    [
      'with both scales',
      { scale: ofCurrency, minScale: 2 },
      'fields[0].codec.minScale',
      /together/,
    ],
  ])('%s', (_name, codec, path, message) => {
    expect(problemOf(codec)).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_TEMPLATE',
        path,
        message: expect.stringMatching(message),
      }),
    );
  });

  it('whose currency is only written', () => {
    const template = () =>
      templateOf([
        { vendor: 'A', canonical: 'a', codec: { kind: 'decimal', scale: ofCurrency } },
        { ...currency, direction: 'encode' } as FieldMapping,
      ]);
    expect(template).toThrow(/not mapped when the vendor’s records are read/);
  });

  it('whose currency is translated by the identity map', () => {
    const template = () =>
      templateOf([
        { vendor: 'A', canonical: 'a', codec: { kind: 'decimal', scale: ofCurrency } },
        { vendor: 'C', canonical: 'currency', codec: { kind: 'reference', entity: 'currency' } },
      ]);
    expect(template).toThrow(/depends on more than its value/);
  });
});
