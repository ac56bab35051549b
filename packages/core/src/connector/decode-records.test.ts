import { describe, expect, it } from 'vitest';
import { decodeRecords } from './decode-records.ts';

describe('decodeRecords', () => {
  it('reports a row that cannot be decoded, and decodes the others', () => {
    const error = new Error('weight is no decimal');
    const decode = (row: { id: string; weight: string }): string => {
      if (row.weight === '?') throw error;
      return row.weight;
    };
    const rows = [
      { id: '1', weight: '1.5' },
      { id: '2', weight: '?' },
      { id: '3', weight: '2' },
    ];
    expect(decodeRecords(rows, { decode, keyOf: ({ id }) => id })).toEqual({
      records: ['1.5', '2'],
      failures: [{ key: '2', error }],
    });
  });
});
