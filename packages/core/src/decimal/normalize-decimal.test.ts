import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from './decimal.ts';
import { normalizeDecimal } from './normalize-decimal.ts';
import type { Rounding } from './rounding.ts';

const outcome = (action: () => string): string => {
  try {
    return action();
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('normalizeDecimal', () => {
  it.each([
    ['100.5', 2, '100.50'],
    ['100.50', 2, '100.50'],
    ['100.500', 2, '100.50'],
    ['100', 3, '100.000'],
    ['100.000', 0, '100'],
    ['-0.00', 2, '0.00'],
    ['-0', 0, '0'],
    ['0010.5', 1, '10.5'],
    ['1e2', 2, '100.00'],
    ['0', 40, `0.${'0'.repeat(40)}`],
  ])('writes %s with %i places as %s', (text, scale, expected) => {
    expect(normalizeDecimal(text, { scale })).toBe(expected);
  });

  it('keeps as many places as needed without a scale', () => {
    expect(normalizeDecimal('0012.3400')).toBe('12.34');
  });

  it('refuses to lose digits unless a rounding is given', () => {
    expect(() => normalizeDecimal('1.005', { scale: 2 })).toThrow(/more than 2 decimal places/);
    expect(normalizeDecimal('1.005', { scale: 2, rounding: 'half-even' })).toBe('1.00');
    expect(normalizeDecimal('1.005', { scale: 2, rounding: 'half-up' })).toBe('1.01');
  });

  it.each([
    ['999.99', 5, 'fits'],
    ['-999.99', 5, 'fits'],
    ['0.99', 2, 'fits'],
    ['1000.00', 5, 'refused'],
  ])('with a precision: %s in %i digits is %s', (text, precision, verdict) => {
    const result = outcome(() => normalizeDecimal(text, { scale: 2, precision }));
    expect(result).toBe(verdict === 'fits' ? text : 'ERR_INVALID_DECIMAL');
  });

  it('says the same as Decimal for every text, also for what is none', () => {
    const text = fc.oneof(
      fc.stringMatching(/^[-+]?[0-9]{0,20}\.?[0-9]{0,8}(e[-+]?[0-9])?$/),
      fc.stringMatching(/^[-0-9., e]{0,6}$/),
    );
    const mode = fc.constantFrom<Rounding>('exact', 'half-even', 'half-up', 'down');
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 6 }), mode, (value, scale, rounding) => {
        expect(outcome(() => normalizeDecimal(value, { scale, rounding }))).toBe(
          outcome(() => Decimal.parse(value).toFixed(scale, rounding)),
        );
      }),
      { numRuns: 20_000 },
    );
  });
});
