import type { Row } from '../quickbooks-entity.ts';

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What is stored with what is written over it, object by object: an address of which the city changes
 * keeps its street. A reference is one value: its `name` does not stay when its `value` changes.
 */
export function mergeRow(stored: Row, written: Row): Row {
  const merged: Record<string, unknown> = { ...stored };
  for (const [name, value] of Object.entries(written)) {
    const before = stored[name];
    merged[name] = isRow(value) && isRow(before) ? mergeObject(before, value) : value;
  }
  return merged;
}

function mergeObject(stored: Row, written: Row): Row {
  if (written.value === undefined) return withoutUnknownPlace(mergeRow(stored, written));
  return written.value === stored.value ? stored : written;
}

/** `Lat` and `Long` of an address come as `INVALID` where Intuit does not know the place. */
function withoutUnknownPlace(address: Row): Row {
  const { Lat, Long, ...rest } = address;
  return Lat === 'INVALID' || Long === 'INVALID' ? rest : address;
}

/** Whether a null stands anywhere: something is to be cleared. */
export function hasNull(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  return Object.values(value).some(hasNull);
}

/** Without what is to be cleared. An object that has nothing left goes with it. */
export function withoutNulls(row: Row): Row {
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    if (value === null) continue;
    if (Array.isArray(value)) {
      rest[name] = value.map((item) => (isRow(item) ? withoutNulls(item) : item));
    } else if (isRow(value)) {
      const inner = withoutNulls(value);
      if (Object.keys(inner).length > 0) rest[name] = inner;
    } else rest[name] = value;
  }
  return rest;
}
