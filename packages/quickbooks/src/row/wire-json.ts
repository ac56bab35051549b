import { stringifyJson } from '@common/connector-core';

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

/** A row as JSON text. */
export const toWire = (row: object): string =>
  stringifyJson(row, { decimalFields: decimalProperties });
