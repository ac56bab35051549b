import type { ErpRecord } from '@common/connector-core';
import { ensure } from './conformance-failure.ts';
import { show } from './expect-error.ts';

/** The first path where `actual` lacks what `expected` has; fields that only `actual` has are fine. */
function difference(
  actual: unknown,
  expected: unknown,
  path: string,
  verb = 'wrote',
): string | undefined {
  if (expected === undefined || Object.is(actual, expected)) return undefined;
  if (Array.isArray(expected) && Array.isArray(actual) && actual.length === expected.length) {
    return firstDifference(
      expected.map((value, index) => [actual[index], value, `${path}[${index}]`]),
      verb,
    );
  }
  const areObjects = [actual, expected].every(
    (v) => typeof v === 'object' && v !== null && !Array.isArray(v),
  );
  if (!areObjects) return `${path || 'record'}: ${verb} ${show(expected)}, read ${show(actual)}`;
  return firstDifference(
    Object.entries(expected as object).map(([name, value]) => [
      (actual as Record<string, unknown>)[name],
      value,
      path === '' ? name : `${path}.${name}`,
    ]),
    verb,
  );
}

function firstDifference(
  pairs: readonly (readonly [unknown, unknown, string])[],
  verb: string,
): string | undefined {
  for (const [actual, expected, path] of pairs) {
    const found = difference(actual, expected, path, verb);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Fields that the vendor sets by itself, whatever is written. */
const vendorsOwn: readonly string[] = ['source', 'changedAt', 'createdOn'];

/** Whether a record that was read has every field of another, but those that the vendor sets. */
export function isWritten(
  read: ErpRecord | undefined,
  written: ErpRecord,
  assigned: readonly string[] = [],
): boolean {
  return (
    read !== undefined && difference(read, withoutAssigned(written, assigned), '') === undefined
  );
}

const withoutAssigned = (record: ErpRecord, assigned: readonly string[]): object =>
  Object.fromEntries(
    Object.entries(record).filter(([name]) => ![...vendorsOwn, ...assigned].includes(name)),
  );

/** Checks that a record that was read has every field that was written, with exactly that value. */
export function ensureWritten(
  read: ErpRecord | undefined,
  written: ErpRecord,
  /** More fields that the vendor sets by itself. */
  assigned: readonly string[] = [],
): void {
  ensure(read, 'The record that was written cannot be read');
  const found = difference(read, withoutAssigned(written, assigned), '');
  ensure(found === undefined, `The record did not come back as it was written. ${found}`);
}

/** Checks that a record that was read has every field of another, the vendor's own included. */
export function ensureExact(read: ErpRecord, expected: ErpRecord): void {
  const found = difference(read, expected, '', 'expected');
  ensure(found === undefined, `The record is another one. ${found}`);
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
