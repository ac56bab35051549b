import { describe, expect, test } from 'vitest';
import { toFilter } from './filter.ts';
import { keysetFilter } from './keyset-filter.ts';

const types = {
  CompanyCode: 'Edm.String',
  Net: { type: 'Edm.Decimal', scale: 3 },
  LastChangeDateTime: 'Edm.DateTimeOffset',
  PurchaseOrderDate: { type: 'Edm.DateTime', display: 'date' },
  Blocked: 'Edm.Boolean',
} as const;

describe('conditions become a filter', () => {
  test.each([
    ['v2', "CompanyCode eq '10''10'", { field: 'CompanyCode', operator: 'eq', value: "10'10" }],
    ['v2', 'Net ge 1.50M', { field: 'Net', operator: 'ge', value: '1.50' }],
    ['v4', 'Net ge 1.50', { field: 'Net', operator: 'ge', value: '1.50' }],
    ['v2', 'Blocked ne true', { field: 'Blocked', operator: 'ne', value: true }],
    [
      'v2',
      "PurchaseOrderDate lt datetime'2026-01-01T00:00:00'",
      { field: 'PurchaseOrderDate', operator: 'lt', value: '2026-01-01' },
    ],
    ['v2', "startswith(YY1_X,'a')", { field: 'YY1_X', operator: 'startsWith', value: 'a' }],
    [
      'v2',
      "CompanyCode eq '1' or CompanyCode eq '2'",
      { field: 'CompanyCode', operator: 'in', value: ['1', '2'] },
    ],
    ['v2', "CompanyCode eq '1'", { field: 'CompanyCode', operator: 'in', value: ['1'] }],
  ] as const)('%s: %s', (version, filter, condition) => {
    expect(toFilter({ conditions: [condition], types, version })).toBe(filter);
  });

  test('trap: a range has no parentheses and whole seconds (SAP/cloud-sdk#1197)', () => {
    const filter = toFilter({
      conditions: [
        { field: 'LastChangeDateTime', operator: 'ge', value: '2026-01-01T00:00:00.1234567Z' },
        { field: 'LastChangeDateTime', operator: 'le', value: '2026-01-31T00:00:00Z' },
      ],
      types,
      version: 'v2',
    });
    expect(filter).toBe(
      "LastChangeDateTime ge datetimeoffset'2026-01-01T00:00:00Z' and LastChangeDateTime le datetimeoffset'2026-01-31T00:00:00Z'",
    );
  });

  test.each([
    ['ge', "ge datetimeoffset'2026-01-01T00:00:59Z'"],
    ['gt', "gt datetimeoffset'2026-01-01T00:00:59Z'"],
    ['le', "le datetimeoffset'2026-01-01T00:01:00Z'"],
    ['lt', "lt datetimeoffset'2026-01-01T00:01:00Z'"],
    ['eq', "eq datetimeoffset'2026-01-01T00:00:59.5Z'"],
    ['ne', "ne datetimeoffset'2026-01-01T00:00:59.5Z'"],
  ] as const)('a bound in whole seconds leaves no record out: %s', (operator, filter) => {
    const value = '2026-01-01T00:00:59.5Z';
    const conditions = [{ field: 'LastChangeDateTime', operator, value }];
    expect(toFilter({ conditions, types, version: 'v2' })).toBe(`LastChangeDateTime ${filter}`);
  });

  test('parentheses stand only around alternatives beside other conditions', () => {
    expect(
      toFilter({
        conditions: [
          { field: 'CompanyCode', operator: 'in', value: ['1', '2'] },
          { field: 'Blocked', operator: 'eq', value: false },
        ],
        types,
        version: 'v4',
      }),
    ).toBe("(CompanyCode eq '1' or CompanyCode eq '2') and Blocked eq false");
  });

  test.each([
    { field: 'Net', operator: 'in', value: [] },
    { field: 'Net', operator: 'gt', value: ['1'] },
  ] as const)('%j is refused', (condition) => {
    expect(() => toFilter({ conditions: [condition], types, version: 'v2' })).toThrow(
      expect.objectContaining({ code: 'ERR_UNSUPPORTED_QUERY' }),
    );
  });

  test('no conditions are no filter', () => {
    expect(toFilter({ conditions: [], types, version: 'v2' })).toBe('');
  });
});

describe('a keyset filter', () => {
  const columns = [
    { name: 'At', type: 'Edm.DateTimeOffset', value: '2026-01-01T00:00:00Z' },
    { name: 'Id', type: 'Edm.String', value: "y'" },
  ];

  test('has no parentheses', () => {
    expect(keysetFilter({ columns, version: 'v4' })).toBe(
      "At gt 2026-01-01T00:00:00Z or At eq 2026-01-01T00:00:00Z and Id gt 'y'''",
    );
  });

  test('repeats a further condition in every branch', () => {
    expect(keysetFilter({ columns, where: "C eq '1'", version: 'v4' })).toBe(
      "C eq '1' and At gt 2026-01-01T00:00:00Z or C eq '1' and At eq 2026-01-01T00:00:00Z and Id gt 'y'''",
    );
  });

  test('of three columns descends column by column', () => {
    const three = ['a', 'b', 'c'].map((name) => ({ name, type: 'Edm.Int32', value: 1 }));
    expect(keysetFilter({ columns: three, version: 'v2' })).toBe(
      'a gt 1 or a eq 1 and b gt 1 or a eq 1 and b eq 1 and c gt 1',
    );
  });
});
