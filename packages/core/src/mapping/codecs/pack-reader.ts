import type { LookupSupply, MappingContext } from '../codec.ts';
import { refuse } from '../refuse.ts';
import type { Fraction } from '../units/fraction.ts';
import { packFactor, packKey, parsePack } from '../units/pack-factor.ts';

/** How many of one unit are one of another, for an item. */
export type PackReader = (
  from: string,
  to: string,
  item: unknown,
  context: MappingContext,
) => Fraction | undefined;

/** Reads conversions of single items from a table, here or supplied with the call. */
export function packReader({
  table,
  supply,
}: {
  readonly table?: string | undefined;
  readonly supply?: LookupSupply | undefined;
}): PackReader {
  const rows = new Map(supply === 'supplied' ? [] : supply);
  return (from, to, item, { lookups }) => {
    const textOf = (unit: string): string | undefined => {
      if (table === undefined || typeof item !== 'string') return undefined;
      const key = packKey(item, unit);
      return supply === 'supplied' ? lookups?.toCanonical(table, key) : rows.get(key);
    };
    // Both are asked for before either is read: what a page needs is collected by asking.
    const found = new Map([from, to].map((unit) => [unit, textOf(unit)] as const));
    const packOf = (unit: string) => {
      const text = found.get(unit);
      if (text === undefined) return undefined;
      return parsePack(text) ?? refuse(`a row of the table "${table}" is not like "12 C62"`);
    };
    return packFactor({ from, to, packOf });
  };
}
