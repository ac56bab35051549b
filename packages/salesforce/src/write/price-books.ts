import { type CallOptions, ConnectorError } from '@common/connector-core';
import { isId } from '../salesforce-read.ts';
import type { SalesforceTarget } from '../salesforce-target.ts';
import { soql } from '../soql/soql.ts';

/** The standard price book of the org: every product has its first price there. */
export async function standardPriceBook(
  { session }: Pick<SalesforceTarget, 'session'>,
  call: CallOptions,
): Promise<string> {
  const query = soql`SELECT Id FROM Pricebook2 WHERE IsStandard = ${true} LIMIT 1`;
  for await (const { records } of session.query(query, call)) {
    const id = records[0]?.Id;
    if (typeof id === 'string') return id;
  }
  throw new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message:
      'The user sees no standard price book. Switch products and price books on in the org, and give the user access to Price Books and Products.',
    system: 'salesforce',
  });
}

/** An entry of a price book. */
export interface PriceEntry {
  readonly id: string;
  /** As it comes: a number, or its digits. */
  readonly unitPrice: unknown;
}

/** The active entries of a price book for these products, by product. */
export async function priceEntries(
  { session }: Pick<SalesforceTarget, 'session'>,
  wanted: {
    readonly priceBook: string;
    readonly products: readonly string[];
    /** In orgs with several currencies a product has an entry for each. */
    readonly currency?: string | undefined;
  },
  call: CallOptions,
): Promise<ReadonlyMap<string, PriceEntry>> {
  const { priceBook, currency } = wanted;
  // What is no id has no price; Salesforce would refuse the whole query.
  const products = [...new Set(wanted.products)].filter(isId);
  const entries = new Map<string, PriceEntry>();
  const inCurrency = currency === undefined ? soql`` : soql` AND CurrencyIsoCode = ${currency}`;
  for (let at = 0; at < products.length; at += 200) {
    const query = soql`SELECT Id, Product2Id, UnitPrice FROM PricebookEntry WHERE Pricebook2Id = ${priceBook} AND IsActive = ${true} AND Product2Id IN ${products.slice(at, at + 200)}${inCurrency}`;
    for await (const { records } of session.query(query, call)) {
      for (const { Id, Product2Id, UnitPrice } of records) {
        entries.set(String(Product2Id), { id: String(Id), unitPrice: UnitPrice });
      }
    }
  }
  return entries;
}
