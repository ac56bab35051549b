import { isObject } from '../check.ts';

// More tell nothing new about a field, and cost time.
const mostValues = 25;

/**
 * The values of a field in sample records, each once, blanks left out, in an order that does not depend on
 * that of the records. A name may lead into records and lists: `to_Item[].Quantity`, `VendorRef.value`.
 */
export function sampleValues(records: readonly unknown[], name: string): readonly unknown[] {
  const values = new Map<string, unknown>();
  for (const record of records) {
    for (const value of valuesAt(record, name)) {
      if (isBlank(value)) continue;
      values.set(`${typeof value} ${String(value)}`, value);
    }
  }
  const sorted = [...values].toSorted(([left], [right]) => (left < right ? -1 : 1));
  return sorted.slice(0, mostValues).map(([, value]) => value);
}

/** Whether samples of a field hold a blank text: the "no" of a flag. */
export const hasBlank = (records: readonly unknown[], name: string): boolean =>
  records.some((record) => valuesAt(record, name).includes(''));

function valuesAt(record: unknown, name: string): readonly unknown[] {
  if (isObject(record) && Object.hasOwn(record, name)) return listOf(record[name]);
  let reached: readonly unknown[] = [record];
  for (const step of name.split('.')) {
    const key = step.replace(/\[.*$/, '');
    reached = reached.flatMap((each) =>
      isObject(each) && Object.hasOwn(each, key) ? listOf(each[key]) : [],
    );
  }
  return reached;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const isBlank = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  typeof value === 'object' ||
  (typeof value === 'string' && value.trim() === '');
