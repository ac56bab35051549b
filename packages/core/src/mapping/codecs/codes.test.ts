import { describe, expect, it } from 'vitest';
import type { CodecOptions } from '../codec-options.ts';
import { type CompileOptions, compileTemplate } from '../compile-template.ts';
import { defineTemplate } from '../define-template.ts';
import type { LookupTable } from '../mapping-template.ts';
import { createReferenceTable } from '../reference-resolver.ts';
import { refuse } from '../refuse.ts';

const mappingOf = (
  codec: CodecOptions,
  options: CompileOptions & { tables?: { [name: string]: LookupTable } } = {},
) =>
  compileTemplate(
    defineTemplate({
      id: 'test',
      version: 1,
      vendor: { entity: 'v' },
      canonical: { entity: 'c' },
      fields: [{ vendor: 'v', canonical: 'c', codec }],
      ...(options.tables ? { tables: options.tables } : {}),
    }),
    options,
  );

describe('enum', () => {
  const status: CodecOptions = {
    kind: 'enum',
    values: { A: 'open', B: 'closed', '': 'draft' },
    aliases: { C: 'closed' },
  };

  it('translates both ways, and reads aliases', () => {
    const mapping = mappingOf(status);
    const read = ['A', 'B', 'C', ''].map((v) => mapping.decode({ v }).c);
    expect(read).toEqual(['open', 'closed', 'closed', 'draft']);
    const written = ['open', 'closed', 'draft'].map((c) => mapping.encode({ c }).v);
    expect(written).toEqual(['A', 'B', '']);
  });

  it('refuses an unknown code in both directions and says which there are', () => {
    expect(() => mappingOf(status).decode({ v: 'Z' })).toThrow(/A, B/);
    expect(() => mappingOf(status).encode({ c: 'unheard' })).toThrow(/open, closed, draft/);
  });

  it('reads unknown codes as `otherwise`, and empty text as no value', () => {
    const lenient = mappingOf({
      kind: 'enum',
      values: { A: 'open', O: 'other' },
      otherwise: 'other',
    });
    expect(lenient.decode({ v: 'Z' })).toEqual({ c: 'other' });
    expect(lenient.decode({ v: '' })).toEqual({});
  });

  it('of whole numbers is refused with a code that is none', () => {
    for (const code of ['A', '1.5', '01', '']) {
      const codec: CodecOptions = {
        kind: 'enum',
        values: { [code]: 'open' },
        vendorType: 'integer',
      };
      expect(() => mappingOf(codec)).toThrow(/whole number/);
    }
  });

  it('reads and writes whole numbers', () => {
    const options = mappingOf({
      kind: 'enum',
      values: { '100000000': 'open', '1': 'closed' },
      vendorType: 'integer',
    });
    expect(options.decode({ v: 100000000 })).toEqual({ c: 'open' });
    expect(options.encode({ c: 'closed' })).toEqual({ v: 1 });
  });

  it('does not take names of the object prototype for codes', () => {
    expect(() => mappingOf(status).decode({ v: 'constructor' })).toThrow(/expected one of/);
    expect(() => mappingOf(status).encode({ c: 'toString' })).toThrow(/expected one of/);
  });
});

describe('lookup', () => {
  const tables = {
    terms: [
      ['NT30', 'net-30'],
      ['N030', 'net-30'],
      ['NT60', 'net-60'],
    ] as const,
  };

  it('reads many to one and writes the first of them', () => {
    const mapping = mappingOf({ kind: 'lookup', table: 'terms' }, { tables });
    expect(['NT30', 'N030', 'NT60'].map((v) => mapping.decode({ v }).c)).toEqual([
      'net-30',
      'net-30',
      'net-60',
    ]);
    expect(mapping.encode({ c: 'net-30' })).toEqual({ v: 'NT30' });
  });

  it('takes the table of the tenant before the one in the template', () => {
    const lookups = { terms: [['X', 'net-30']] as const };
    const mapping = mappingOf({ kind: 'lookup', table: 'terms' }, { tables, lookups });
    expect(mapping.decode({ v: 'X' })).toEqual({ c: 'net-30' });
    expect(() => mapping.decode({ v: 'NT30' })).toThrow(/table "terms"; add a row/);
  });

  it.each([
    ['refuse', 'refused'],
    ['keep', { c: 'NEW' }],
    ['omit', {}],
  ] as const)('of an unknown value: %s', (unknown, expected) => {
    const mapping = mappingOf({ kind: 'lookup', table: 'terms', unknown }, { tables });
    if (expected === 'refused') expect(() => mapping.decode({ v: 'NEW' })).toThrow(/add a row/);
    else expect(mapping.decode({ v: 'NEW' })).toEqual(expected);
  });

  it('does not keep a value that would be read back as another one', () => {
    const mapping = mappingOf({ kind: 'lookup', table: 'terms', unknown: 'keep' }, { tables });
    expect(() => mapping.encode({ c: 'NT30' })).toThrow(/add a row/);
  });
});

describe('currency', () => {
  const codec: CodecOptions = { kind: 'currency', exceptions: { RMB: 'CNY', EU4: 'EUR' } };

  it('passes ISO 4217 codes and translates the exceptions of the vendor', () => {
    const mapping = mappingOf(codec);
    expect(['EUR', 'RMB', 'JPY'].map((v) => mapping.decode({ v }).c)).toEqual([
      'EUR',
      'CNY',
      'JPY',
    ]);
    expect(['EUR', 'CNY', 'USD'].map((c) => mapping.encode({ c }).v)).toEqual([
      'EU4',
      'RMB',
      'USD',
    ]);
    expect(mapping.decode({ v: '' })).toEqual({});
  });

  it.each(['Euro', 'eur', 'XXX', 'DEM', 5])('refuses %s', (v) => {
    expect(() => mappingOf(codec).decode({ v })).toThrow(/ISO 4217/);
    expect(() => mappingOf(codec).encode({ c: v })).toThrow(/ISO 4217/);
  });
});

describe('unit', () => {
  const codec: CodecOptions = { kind: 'unit', units: { ST: 'C62', PC: 'C62', KG: 'KGM' } };

  it('keeps the code of the vendor beside and writes it back', () => {
    const mapping = mappingOf(codec);
    const unit = { code: 'C62', vendorCode: 'PC' };
    expect(mapping.decode({ v: 'PC' })).toEqual({ c: unit });
    expect(mapping.encode({ c: unit })).toEqual({ v: 'PC' });
  });

  it('writes its own code for a unit of another system', () => {
    const mapping = mappingOf(codec);
    expect(mapping.encode({ c: { code: 'C62' } })).toEqual({ v: 'ST' });
    expect(mapping.encode({ c: { code: 'C62', vendorCode: 'each' } })).toEqual({ v: 'ST' });
    // KG means kilogram here, whatever it meant there.
    expect(mapping.encode({ c: { code: 'C62', vendorCode: 'KG' } })).toEqual({ v: 'ST' });
  });

  it('refuses an unknown unit, or keeps it as mutually defined', () => {
    expect(() => mappingOf(codec).decode({ v: 'BOX' })).toThrow(/add the vendor's code/);
    expect(() => mappingOf(codec).encode({ c: { code: 'MTR' } })).toThrow(/has a code for/);
    const keeping = mappingOf({ kind: 'unit', units: { KG: 'KGM' }, unknown: 'keep' });
    const box = { code: 'ZZ', vendorCode: 'BOX' };
    expect(keeping.decode({ v: 'BOX' })).toEqual({ c: box });
    expect(keeping.encode({ c: box })).toEqual({ v: 'BOX' });
    const metre = { code: 'MTR', vendorCode: 'M' };
    expect(() => keeping.encode({ c: metre })).toThrow(/has a code for/);
  });

  it('without a table reads and writes UN/ECE codes', () => {
    expect(mappingOf({ kind: 'unit' }).decode({ v: 'KGM' })).toEqual({ c: { code: 'KGM' } });
    expect(mappingOf({ kind: 'unit' }).encode({ c: { code: 'KGM', vendorCode: 'KG' } })).toEqual({
      v: 'KGM',
    });
  });
});

describe('reference', () => {
  const references = createReferenceTable([
    { entity: 'supplier', vendor: '17300001', canonical: 'c-1' },
    { entity: 'product', vendor: '17300001', canonical: 'p-1' },
  ]);
  const codec: CodecOptions = { kind: 'reference', entity: 'supplier' };

  it('translates the key of its entity in both directions', () => {
    const mapping = mappingOf(codec, { references });
    expect(mapping.decode({ v: '17300001' })).toEqual({ c: 'c-1' });
    expect(mapping.encode({ c: 'c-1' })).toEqual({ v: '17300001' });
  });

  it('takes the resolver of the call before the one of the mapping', () => {
    const other = createReferenceTable([{ entity: 'supplier', vendor: '1', canonical: 'c-1' }]);
    const mapping = mappingOf(codec, { references });
    expect(mapping.encode({ c: 'c-1' }, { references: other })).toEqual({ v: '1' });
  });

  it.each([
    ['keep', { c: 'new' }],
    ['omit', {}],
  ] as const)('of an unknown key: %s', (unknown, expected) => {
    expect(mappingOf({ ...codec, unknown }, { references }).decode({ v: 'new' })).toEqual(expected);
  });

  it('says what to do about an unknown key and about a missing resolver', () => {
    expect(() => mappingOf(codec, { references }).decode({ v: 'new' })).toThrow(
      /bring supplier over first/,
    );
    expect(() => mappingOf(codec).decode({ v: 'new' })).toThrow(/pass a resolver/);
  });
});

describe('own codec', () => {
  const codec: CodecOptions = { kind: 'own', name: 'reversed', options: { mark: '!' } };

  it('is made of the options in the template and may refuse', () => {
    const mapping = mappingOf(codec, {
      codecs: {
        reversed: (options) => {
          const { mark } = options as { mark: string };
          return {
            decode: (value) => String(value).split('').reverse().join('') + mark,
            encode: (value) => (value === 'bad' ? refuse('must be good') : value),
            sample: (random) => random.text(3),
          };
        },
      },
    });
    expect(mapping.decode({ v: 'abc' })).toEqual({ c: 'cba!' });
    expect(() => mapping.encode({ c: 'bad' })).toThrow(/must be good/);
  });

  it('that fails in its own way does not put the value into the message', () => {
    const mapping = mappingOf(codec, {
      codecs: {
        reversed: () => ({
          decode: (value) => {
            throw new Error(`cannot read ${value}`);
          },
          encode: (value) => value,
          sample: () => 'x',
        }),
      },
    });
    expect(() => mapping.decode({ v: 'DE89370400440532013000' })).toThrow(
      expect.objectContaining({
        code: 'ERR_MAPPING',
        message: expect.not.stringContaining('DE89370400440532013000'),
        cause: expect.any(Error),
      }),
    );
  });
});

describe('a reference that is not there yet', () => {
  const mapping = compileTemplate(
    defineTemplate({
      id: 'test',
      version: 1,
      vendor: { entity: 'v' },
      canonical: { entity: 'c' },
      fields: [
        { vendor: 'v', canonical: 'c', codec: { kind: 'reference', entity: 'supplier' } },
        { vendor: 'n', canonical: 'n', codec: { kind: 'integer' } },
      ],
    }),
    { references: createReferenceTable([]) },
  );
  const isRetryable = (record: object) => {
    try {
      mapping.decode(record as Record<string, unknown>);
    } catch (error) {
      return (error as { readonly retryable: boolean }).retryable;
    }
    throw new Error('expected an error');
  };

  it('makes the error retryable, unless something else is wrong with the record', () => {
    expect(isRetryable({ v: 'x', n: 1 })).toBe(true);
    expect(isRetryable({ v: 'x', n: 'one' })).toBe(false);
    expect(isRetryable({ n: 'one' })).toBe(false);
  });

  it('is asked of the resolver that the template was compiled with, when the call brings only tables', () => {
    const known = compileTemplate(mapping.template, {
      references: createReferenceTable([{ entity: 'supplier', vendor: 'x', canonical: 'y' }]),
    });
    const lookups = { toCanonical: () => undefined, toVendor: () => undefined };
    expect(known.decode({ v: 'x' }, { lookups })).toEqual({ c: 'y' });
  });
});
