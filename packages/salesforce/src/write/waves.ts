import type { WriteChange } from '@common/connector-core';

/** A change and its place among all. */
export interface PlacedChange {
  readonly index: number;
  readonly change: WriteChange;
}

/** A change that makes or changes a record. */
export type Upsert = Extract<WriteChange, { readonly op: 'upsert' }>;

/**
 * Parts the changes so that no record is in a part twice: the parts are written one after the other, so
 * changes of one record keep their order.
 */
export function wavesOf(
  changes: readonly WriteChange[],
  /** What tells a record: its key, or the reference of one that is not there yet. */
  nameOf: (change: WriteChange) => string | undefined,
): readonly (readonly PlacedChange[])[] {
  const waves: PlacedChange[][] = [];
  const waveOf = new Map<string, number>();
  changes.forEach((change, index) => {
    const name = nameOf(change);
    const wave = name === undefined ? 0 : (waveOf.get(name) ?? -1) + 1;
    if (name !== undefined) waveOf.set(name, wave);
    const members = waves[wave] ?? [];
    waves[wave] = members;
    members.push({ index, change });
  });
  return waves;
}
