import type { ErpRecord } from '@common/connector-core';
import { ensure } from './conformance-failure.ts';
import { show } from './expect-error.ts';

/** The first path where `actual` lacks what `expected` has; fields that only `actual` has are fine. */
function difference(actual: unknown, expected: unknown, path: string): string | undefined {
  if (expected === undefined || Object.is(actual, expected)) return undefined;
  if (Array.isArray(expected) && Array.isArray(actual) && actual.length === expected.length) {
    return firstDifference(
      expected.map((value, index) => [actual[index], value, `${path}[${index}]`]),
    );
  }
  const areObjects = [actual, expected].every(
    (v) => typeof v === 'object' && v !== null && !Array.isArray(v),
  );
  if (!areObjects) return `${path || 'record'}: wrote ${show(expected)}, read ${show(actual)}`;
  return firstDifference(
    Object.entries(expected as object).map(([name, value]) => [
      (actual as Record<string, unknown>)[name],
      value,
      path === '' ? name : `${path}.${name}`,
    ]),
  );
}

function firstDifference(
  pairs: readonly (readonly [unknown, unknown, string])[],
): string | undefined {
  for (const [actual, expected, path] of pairs) {
    const found = difference(actual, expected, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Fields that the vendor sets by itself, whatever is written. */
const vendorsOwn: readonly string[] = ['source', 'changedAt', 'createdOn'];

/** Checks that a record that was read has every field that was written, with exactly that value. */
export function ensureWritten(
  read: ErpRecord | undefined,
  written: ErpRecord,
  /** More fields that the vendor sets by itself. */
  assigned: readonly string[] = [],
): void {
  ensure(read, 'The record that was written cannot be read');
  const fields = Object.fromEntries(
    Object.entries(written).filter(([name]) => ![...vendorsOwn, ...assigned].includes(name)),
  );
  const found = difference(read, fields, '');
  ensure(found === undefined, `The record did not come back as it was written. ${found}`);
}

/** The path of the first JavaScript number in a record; `custom` is the vendor's own and may hold numbers. */
export function findNumber(value: unknown, path = ''): string | undefined {
  if (typeof value === 'number') return path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, child] of Object.entries(value)) {
    if (name === 'custom') continue;
    const found = findNumber(child, path === '' ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
