import type { CodecOptions } from '../codec-options.ts';

// Codes and names that systems give units, by UN/ECE Recommendation 20.
const unitWords: { readonly [code: string]: string } = {
  C62: 'c62 pc pce pcs piece pieces st stk stck stueck',
  EA: 'ea each',
  KGM: 'kgm kg kilogram kilo',
  GRM: 'grm g gr gram gramm',
  MGM: 'mgm mg',
  TNE: 'tne to tonne',
  LBR: 'lbr lb lbs pound',
  ONZ: 'onz oz ounce',
  LTR: 'ltr l liter litre',
  MLT: 'mlt ml',
  MTR: 'mtr m meter metre',
  CMT: 'cmt cm',
  MMT: 'mmt mm',
  KMT: 'kmt km',
  FOT: 'fot ft foot',
  MTK: 'mtk m2 qm',
  MTQ: 'mtq m3 cbm',
  HUR: 'hur h hr hour std stunde',
  MIN: 'min minute',
  DAY: 'day tag',
  BX: 'bx box kiste',
  CT: 'ct car kar carton karton',
  PR: 'pr paa pair paar',
  RO: 'ro rol roll rolle',
  SET: 'set satz',
  DZN: 'dzn doz dozen dutzend',
};
const codeByWord = new Map(
  Object.entries(unitWords).flatMap(([code, words]) =>
    words.split(' ').map((word) => [word, code] as const),
  ),
);

// As systems keep them in fields of three characters.
const shortCodes = [...codeByWord.keys()]
  .filter((word) => word.length <= 3)
  .map((word) => word.toUpperCase());

/** Whether a value is a unit that we know. */
export const isUnit = (value: unknown): boolean => codeByWord.has(String(value).toLowerCase());

/** The seen codes with their UN/ECE codes, or all that we know; others are kept as they are. */
export function unitsOf(values: readonly unknown[]): CodecOptions {
  const seen = values.map(String).filter(isUnit);
  const codes = seen.length > 0 ? seen : shortCodes;
  const units = codes.map((each) => [each, codeByWord.get(each.toLowerCase()) as string] as const);
  return { kind: 'unit', units: Object.fromEntries(units), unknown: 'keep' };
}
