import { describe, expect, it } from 'vitest';
import { isConvertibleUnit, unitFactor } from './unit-factors.ts';

describe('sizes of units', () => {
  // Each is a definition that can be looked up, said in other units than the table does.
  it.each([
    ['TNE', 'KGM', 1000n, 1n],
    ['KGM', 'GRM', 1000n, 1n],
    ['GRM', 'MGM', 1000n, 1n],
    ['MGM', 'MC', 1000n, 1n],
    ['DTN', 'HGM', 1000n, 1n],
    ['LBR', 'ONZ', 16n, 1n],
    ['LBR', 'APZ', 175n, 12n],
    ['STN', 'LBR', 2000n, 1n],
    ['LTN', 'LBR', 2240n, 1n],
    ['FOT', 'INH', 12n, 1n],
    ['YRD', 'FOT', 3n, 1n],
    ['SMI', 'YRD', 1760n, 1n],
    ['NMI', 'MTR', 1852n, 1n],
    ['INH', 'MMT', 127n, 5n],
    ['KMT', 'CMT', 100_000n, 1n],
    ['MTR', 'DMT', 10n, 1n],
    ['FTK', 'INK', 144n, 1n],
    ['YDK', 'FTK', 9n, 1n],
    ['KMK', 'MTK', 1_000_000n, 1n],
    ['MTK', 'DMK', 100n, 1n],
    ['CMK', 'MMK', 100n, 1n],
    ['INK', 'MMK', 16129n, 25n],
    ['MTQ', 'LTR', 1000n, 1n],
    ['LTR', 'DMQ', 1n, 1n],
    ['MLT', 'CMQ', 1n, 1n],
    ['CMQ', 'MMQ', 1000n, 1n],
    ['HLT', 'LTR', 100n, 1n],
    ['LTR', 'DLT', 10n, 1n],
    ['LTR', 'CLT', 100n, 1n],
    ['GLL', 'INQ', 231n, 1n],
    ['GLL', 'QTL', 4n, 1n],
    ['QTL', 'PTL', 2n, 1n],
    ['PTL', 'OZA', 16n, 1n],
    ['BLL', 'GLL', 42n, 1n],
    ['FTQ', 'INQ', 1728n, 1n],
    ['YDQ', 'FTQ', 27n, 1n],
    ['GLI', 'MLT', 454609n, 100n],
    ['WEE', 'DAY', 7n, 1n],
    ['DAY', 'HUR', 24n, 1n],
    ['HUR', 'MIN', 60n, 1n],
    ['MIN', 'SEC', 60n, 1n],
    ['KWH', 'WHR', 1000n, 1n],
    ['MWH', 'KWH', 1000n, 1n],
    ['KWH', '3B', 18n, 5n],
    ['GV', '3B', 1000n, 1n],
    ['KJO', 'JOU', 1000n, 1n],
    ['MAW', 'KWT', 1000n, 1n],
    ['KWT', 'WTT', 1000n, 1n],
    ['BAR', 'MBR', 1000n, 1n],
    ['BAR', 'KPA', 100n, 1n],
    ['MPA', 'PAL', 1_000_000n, 1n],
    ['DZN', 'C62', 12n, 1n],
    ['GRO', 'DZN', 12n, 1n],
    ['MIL', 'CEN', 10n, 1n],
    ['CEN', 'PR', 50n, 1n],
    ['EA', 'H87', 1n, 1n],
  ])('one %s in %s', (from, to, numerator, denominator) => {
    expect(unitFactor(from, to)).toEqual({ numerator, denominator });
    expect(unitFactor(to, from)).toEqual({ numerator: denominator, denominator: numerator });
  });

  it('know no way between different things, and none for unknown codes but to themselves', () => {
    expect(unitFactor('KGM', 'LTR')).toBeUndefined();
    expect(unitFactor('BX', 'C62')).toBeUndefined();
    expect(unitFactor('C62', 'BX')).toBeUndefined();
    expect(unitFactor('BX', 'BX')).toEqual({ numerator: 1n, denominator: 1n });
    expect([isConvertibleUnit('KGM'), isConvertibleUnit('BX')]).toEqual([true, false]);
  });
});
