import { divideFractions, type Fraction, multiplyFractions, parseFraction } from './fraction.ts';
import { unitFactor } from './unit-factors.ts';

/** What one unit of one item holds: `12 C62`. */
interface Pack {
  readonly holds: Fraction;
  readonly unit: string;
}

/** Reads `12 C62`, `2.5 KGM` or `1/3 MTR`; `undefined` for anything else. */
export function parsePack(text: string): Pack | undefined {
  const [amount = '', unit = '', ...rest] = text.split(' ');
  const holds = parseFraction(amount);
  return holds === undefined || unit === '' || rest.length > 0 ? undefined : { holds, unit };
}

/** The key of an item's unit in a table of packs. */
export const packKey = (item: string, unit: string): string => `${item} ${unit}`;

/**
 * How many of one unit are one of another for an item: by the units themselves, or by what the item's
 * packs hold, of either unit or of both. `undefined` when there is no way.
 */
export function packFactor({
  from,
  to,
  packOf,
}: {
  readonly from: string;
  readonly to: string;
  readonly packOf: (unit: string) => Pack | undefined;
}): Fraction | undefined {
  const direct = unitFactor(from, to);
  if (direct !== undefined) return direct;
  const source = packOf(from);
  const target = packOf(to);
  const inner = unitFactor(source?.unit ?? from, target?.unit ?? to);
  if (inner === undefined) return undefined;
  const opened = source === undefined ? inner : multiplyFractions(source.holds, inner);
  return target === undefined ? opened : divideFractions(opened, target.holds);
}
