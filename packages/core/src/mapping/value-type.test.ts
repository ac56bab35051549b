import { describe, expect, it } from 'vitest';
import { valueType } from './value-type.ts';

describe('valueType', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['', 'empty text'],
    ['a', 'text of 1 character'],
    ['secret', 'text of 6 characters'],
    [4711, 'number'],
    [Number.NaN, 'not a finite number'],
    [12n, 'bigint'],
    [true, 'boolean'],
    [[1, 2], 'list of 2'],
    [{ a: 1 }, 'record'],
  ])('of %s is %s: the type, never the value', (value, expected) => {
    expect(valueType(value)).toBe(expected);
  });
});
