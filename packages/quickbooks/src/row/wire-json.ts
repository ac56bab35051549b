/**
 * Properties that are decimals. Read, their numbers become strings of their digits; written, these
 * digits become the number again. No decimal passes through a double.
 */
export const decimalProperties: readonly string[] = [
  'Amount',
  'Balance',
  'BalanceWithJobs',
  'BillRate',
  'CostRate',
  'CurrentBalance',
  'CurrentBalanceWithSubAccounts',
  'Deposit',
  'DiscountPercent',
  'ExchangeRate',
  'HomeBalance',
  'HomeTotalAmt',
  'NetAmountTaxable',
  'PurchaseCost',
  'Qty',
  'QtyOnHand',
  'Rate',
  'RateValue',
  'RemainingCredit',
  'ReorderPoint',
  'TaxInclusiveAmt',
  'TaxPercent',
  'TotalAmt',
  'TotalTax',
  'UnappliedAmt',
  'UnitPrice',
];

const isDecimal = new Set(decimalProperties);
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

// Part of the language since 2025 and of Node 22; not yet of TypeScript's library.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** A row as JSON text. */
export function toWire(row: object): string {
  return JSON.stringify(row, (name, value: unknown) =>
    typeof value === 'string' && isDecimal.has(name) && number.test(value) ? rawJSON(value) : value,
  );
}
