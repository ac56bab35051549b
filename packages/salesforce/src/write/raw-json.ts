import { ConnectorError, exactNumber } from '@common/connector-core';
import type { ObjectDescription, ObjectField } from '../object-description.ts';
import type { SalesforceFields } from '../salesforce-entity.ts';

const numbers: ReadonlySet<string> = new Set(['int', 'long', 'double', 'currency', 'percent']);

export const isNumberField = (field: ObjectField | undefined): boolean =>
  field !== undefined && numbers.has(field.type);

/**
 * The fields as they go into JSON: decimals as numbers with all their digits, since Salesforce takes
 * numbers and a double would change them.
 */
export function toWire(fields: SalesforceFields, description: ObjectDescription): SalesforceFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const isNumber = typeof value === 'string' && isNumberField(description.fields.get(name));
      return [name, isNumber ? (exactNumber(value) ?? value) : value];
    }),
  );
}

/**
 * Leaves the currency out where the org has one only; another one is refused.
 *
 * @throws ConnectorError `ERR_VALIDATION`
 */
export function withoutForeignCurrency(
  fields: SalesforceFields,
  description: ObjectDescription,
  currency: string | undefined,
): SalesforceFields {
  if (!Object.hasOwn(fields, 'CurrencyIsoCode') || description.fields.has('CurrencyIsoCode')) {
    return fields;
  }
  const { CurrencyIsoCode, ...rest } = fields;
  if (CurrencyIsoCode === currency || CurrencyIsoCode === null) return rest;
  throw new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message:
      currency === undefined
        ? 'The org has one currency and does not tell which. Set currency to it.'
        : `The org keeps everything in ${currency}, and the record is in another currency. Convert it, or switch multiple currencies on.`,
    system: 'salesforce',
    path: 'currency',
  });
}
