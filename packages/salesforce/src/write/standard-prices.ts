import type { CallOptions } from '@common/connector-core';
import type { ObjectDescription } from '../object-description.ts';
import type { SalesforceFields } from '../salesforce-entity.ts';
import type { SalesforceTarget } from '../salesforce-target.ts';
import { collectionSize, sendCollection } from './collections.ts';
import { priceEntries, standardPriceBook } from './price-books.ts';
import { toWire } from './raw-json.ts';

/**
 * New prices with their price book: one without is of the standard book. Salesforce takes a price in
 * another book only when the product has one in the standard book (`STANDARD_PRICE_NOT_DEFINED`); products
 * that have none get it, with the same price.
 */
export async function withStandardPrices<Price extends { readonly fields: SalesforceFields }>(
  target: SalesforceTarget,
  prices: readonly Price[],
  { description, ...call }: CallOptions & { readonly description: ObjectDescription },
): Promise<readonly Price[]> {
  if (prices.length === 0) return prices;
  const standard = await standardPriceBook(target, call);
  const others = prices
    .map(({ fields }) => fields)
    .filter(({ Pricebook2Id }) => Pricebook2Id && Pricebook2Id !== standard);
  const products = others.map(({ Product2Id }) => String(Product2Id));
  const known = await priceEntries(target, { priceBook: standard, products }, call);
  const lacking = new Map(
    others
      .filter(({ Product2Id }) => !known.has(String(Product2Id)))
      .map((fields) => [`${fields.Product2Id} ${fields.CurrencyIsoCode ?? ''}`, fields]),
  );
  const records = [...lacking.values()].map(({ Product2Id, UnitPrice, CurrencyIsoCode }) =>
    toWire(
      {
        Pricebook2Id: standard,
        Product2Id,
        UnitPrice,
        ...(CurrencyIsoCode === undefined ? {} : { CurrencyIsoCode }),
        IsActive: true,
      },
      description,
    ),
  );
  const { object, name } = target.entity;
  for (let at = 0; at < records.length; at += collectionSize) {
    const part = records.slice(at, at + collectionSize);
    const collection = { object, entity: name, allOrNone: false, kind: 'create' } as const;
    // One that is refused here is refused again with the price itself, which says why.
    await sendCollection(target.session, { ...collection, records: part }, call);
  }
  return prices.map((price) =>
    price.fields.Pricebook2Id
      ? price
      : { ...price, fields: { ...price.fields, Pricebook2Id: standard } },
  );
}
