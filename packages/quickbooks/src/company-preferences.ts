import type { Row } from './quickbooks-entity.ts';
import type { CustomFieldDefinition } from './row/custom-fields.ts';
import { isRow } from './row/merge-row.ts';

/** What the connector wants to know of a company. */
export interface CompanyPreferences {
  readonly homeCurrency?: string | undefined;
  readonly isMultiCurrency?: boolean | undefined;
  /** Of invoices, estimates, sales receipts. */
  readonly salesFields: readonly CustomFieldDefinition[];
  /** Of purchase orders. */
  readonly purchaseFields: readonly CustomFieldDefinition[];
}

export function readPreferences(row: Row): CompanyPreferences {
  const currency = partOf(row, 'CurrencyPrefs');
  const home = partOf(currency, 'HomeCurrency').value;
  const isMultiCurrency = currency.MultiCurrencyEnabled;
  return {
    homeCurrency: typeof home === 'string' ? home : undefined,
    isMultiCurrency: typeof isMultiCurrency === 'boolean' ? isMultiCurrency : undefined,
    salesFields: definitionsIn(partOf(row, 'SalesFormsPrefs').CustomField),
    purchaseFields: definitionsIn(partOf(row, 'VendorAndPurchasesPrefs').POCustomField),
  };
}

const partOf = (row: Row, name: string): Row => {
  const part = row[name];
  return isRow(part) ? part : {};
};

/**
 * Names of custom fields stand as preferences of their own: `SalesFormsPrefs.SalesCustomName1` has the
 * name of the field with definition `1`.
 */
function definitionsIn(value: unknown): readonly CustomFieldDefinition[] {
  if (Array.isArray(value)) return value.flatMap(definitionsIn);
  if (!isRow(value)) return [];
  const { Name, StringValue } = value;
  const id = typeof Name === 'string' ? /CustomName(\d+)$/.exec(Name)?.[1] : undefined;
  if (id !== undefined && typeof StringValue === 'string' && StringValue !== '') {
    return [{ id, name: StringValue }];
  }
  return definitionsIn(value.CustomField);
}
