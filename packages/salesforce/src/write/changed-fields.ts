import { Decimal } from '@common/connector-core';
import type { ObjectDescription } from '../object-description.ts';
import type { SalesforceRow } from '../run-query.ts';
import type { SalesforceFields } from '../salesforce-entity.ts';
import { isNumberField } from './raw-json.ts';

/** The fields whose value is another one than Salesforce has. */
export function changedFields(
  wanted: SalesforceFields,
  current: SalesforceRow,
  description: ObjectDescription,
): SalesforceFields {
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => {
      const field = description.fields.get(name);
      return !isSame(plain(value), plain(current[name]), {
        isNumber: isNumberField(field),
        isInstant: field?.type === 'datetime',
      });
    }),
  );
}

/** Salesforce keeps no blanks at the ends of a text, and null in place of an empty one. */
function plain(value: unknown): unknown {
  if (value === undefined || value === '') return null;
  return typeof value === 'string' ? value.trim() || null : value;
}

function isSame(
  left: unknown,
  right: unknown,
  { isNumber, isInstant }: { readonly isNumber: boolean; readonly isInstant: boolean },
): boolean {
  if (left === null || right === null) return left === right;
  if (isNumber && isScalar(left) && isScalar(right)) {
    const [a, b] = [decimalOf(left), decimalOf(right)];
    return a !== undefined && b !== undefined ? a.equals(b) : left === right;
  }
  if (isInstant) return Date.parse(String(left)) === Date.parse(String(right));
  return left === right;
}

const isScalar = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

function decimalOf(value: string | number): Decimal | undefined {
  try {
    return Decimal.parse(String(value));
  } catch {
    return undefined;
  }
}
