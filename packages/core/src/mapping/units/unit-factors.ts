import { divideFractions, type Fraction, parseFraction } from './fraction.ts';

// Units by what they measure, each with its size in the first one, which is 1. Codes: UN/ECE
// Recommendation 20, revision 17. Sizes: the SI Brochure, 9th edition, for what is defined there; the
// International Yard and Pound Agreement of 1959 for pound and yard, with the avoirdupois and US customary
// units as NIST Handbook 44, appendix C, derives them; the UK Weights and Measures Act 1985 for the
// imperial gallon and ton. All are exact by definition. Temperatures are missing: they are no ratio.
const factors = {
  // one (C62), piece (H87) and each (EA) count the same things
  count: 'C62=1 H87=1 EA=1 PR=2 DZN=12 CEN=100 GRO=144 MIL=1000',
  mass:
    'KGM=1 GRM=0.001 MGM=0.000001 MC=0.000000001 HGM=0.1 DTN=100 TNE=1000 ' +
    'LBR=0.45359237 ONZ=0.028349523125 APZ=0.0311034768 STN=907.18474 LTN=1016.0469088',
  length:
    'MTR=1 MMT=0.001 CMT=0.01 DMT=0.1 KMT=1000 INH=0.0254 FOT=0.3048 YRD=0.9144 ' +
    'SMI=1609.344 NMI=1852',
  area:
    'MTK=1 MMK=0.000001 CMK=0.0001 DMK=0.01 KMK=1000000 INK=0.00064516 ' +
    'FTK=0.09290304 YDK=0.83612736',
  volume:
    'MTQ=1 MMQ=0.000000001 CMQ=0.000001 DMQ=0.001 LTR=0.001 MLT=0.000001 CLT=0.00001 DLT=0.0001 ' +
    'HLT=0.1 INQ=0.000016387064 FTQ=0.028316846592 YDQ=0.764554857984 ' +
    'GLL=0.003785411784 QTL=0.000946352946 PTL=0.000473176473 OZA=0.0000295735295625 ' +
    'BLL=0.158987294928 GLI=0.00454609',
  time: 'SEC=1 MIN=60 HUR=3600 DAY=86400 WEE=604800',
  energy: 'JOU=1 KJO=1000 3B=1000000 GV=1000000000 WHR=3600 KWH=3600000 MWH=3600000000',
  power: 'WTT=1 KWT=1000 MAW=1000000',
  pressure: 'PAL=1 KPA=1000 MPA=1000000 BAR=100000 MBR=100',
} as const;

interface KnownUnit {
  readonly dimension: string;
  readonly size: Fraction;
}

const units: ReadonlyMap<string, KnownUnit> = new Map(
  Object.entries(factors).flatMap(([dimension, rows]) =>
    rows.split(' ').map((row) => {
      const [code = '', size = ''] = row.split('=');
      return [code, { dimension, size: parseFraction(size) as Fraction }] as const;
    }),
  ),
);

/** Whether the size of a unit is known without a table of the customer's. */
export const isConvertibleUnit = (code: string): boolean => units.has(code);

/**
 * How many of one unit are one of another, exactly: 1000 for `KGM` in `GRM`. Codes are UN/ECE
 * Recommendation 20. `undefined` when one is not known, or they measure different things.
 */
export function unitFactor(from: string, to: string): Fraction | undefined {
  if (from === to) return { numerator: 1n, denominator: 1n };
  const left = units.get(from);
  const right = units.get(to);
  if (left === undefined || left.dimension !== right?.dimension) return undefined;
  return divideFractions(left.size, right.size);
}
