import type { EntitySet, EtagSource, Navigation, Row, Value } from './model.ts';
import type { Store } from './store.ts';

/** Fields of the target that a navigation fixes, taken from the source row. */
export function joinValues(join: Navigation['join'], row: Row): Row {
  const values: Record<string, Value> = {};
  for (const [own, target] of join) values[target] = row[own] ?? null;
  return values;
}

/** Compiles the way from a row to its related rows; to-one gives none or one. */
export function relatedRows(
  store: Store,
  { join }: Navigation,
  target: EntitySet,
): (row: Row) => readonly Row[] {
  const table = store.table(target.table);
  const fields = join.map(([, field]) => field);
  const hasSameNames = join.every(([own, field]) => own === field);
  const valuesOf = hasSameNames ? (row: Row) => row : (row: Row) => joinValues(join, row);
  const keyFields = target.keys.map(({ field }) => field);
  if (keyFields.length === fields.length && keyFields.every((field) => fields.includes(field))) {
    return (row) => {
      const found = table.get(valuesOf(row));
      return found ? [found] : [];
    };
  }
  return (row) => table.find(fields, valuesOf(row));
}

/** Compiles the ETag of rows: opaque to clients, moves with every change of the document. */
export function etagReader(
  store: Store,
  source: EtagSource,
  odataVersion: 2 | 4,
): (row: Row) => string {
  const table = store.table(source.table);
  return (row) => {
    const owner = table.get(joinValues(source.join, row)) ?? row;
    const stamp = String(owner.changeStamp ?? owner.LastChangeDateTime);
    return odataVersion === 2
      ? `W/"datetimeoffset'${encodeURIComponent(stamp)}'"`
      : `W/"SADL-0${stamp.replace(/\D/g, '')}~${stamp.replace(/\D/g, '')}"`;
  };
}
