import { type CallOptions, ConnectorError } from '@common/connector-core';
import type { SalesforceRow } from '../run-query.ts';
import type { SalesforceFields } from '../salesforce-entity.ts';
import type { DocumentTarget } from './document-steps.ts';
import { type PriceEntry, priceEntries, standardPriceBook } from './price-books.ts';

/** A document with new lines. */
export interface NewLines {
  readonly head: SalesforceFields;
  readonly added: readonly SalesforceFields[];
}

/** What a price book says about some products. */
export interface PriceList {
  readonly priceBook: string;
  entryOf(product: unknown, currency: string | undefined): PriceEntry | undefined;
}

/**
 * The prices of all products of some orders, asked for at once.
 *
 * @param known - an order that is there has its own price book
 * @returns `undefined` for documents that need none
 */
export async function loadPriceList(
  target: DocumentTarget,
  orders: readonly NewLines[],
  { known, ...call }: CallOptions & { readonly known?: SalesforceRow | undefined },
): Promise<PriceList | undefined> {
  const { entity, settings } = target;
  if (entity.object !== 'Order' || orders.length === 0) return undefined;
  const own = typeof known?.Pricebook2Id === 'string' ? known.Pricebook2Id : undefined;
  const priceBook = own ?? settings.priceBook ?? (await standardPriceBook(target, call));
  const byCurrency = new Map<string | undefined, string[]>();
  for (const { head, added } of orders) {
    const currency = currencyOf(target, head, known);
    const products = byCurrency.get(currency) ?? [];
    byCurrency.set(currency, products);
    for (const { Product2Id } of added) {
      if (typeof Product2Id === 'string') products.push(Product2Id);
    }
  }
  const entries = new Map<string, PriceEntry>();
  for (const [currency, products] of byCurrency) {
    const found = await priceEntries(target, { priceBook, products, currency }, call);
    for (const [product, entry] of found) entries.set(nameOf(product, currency), entry);
  }
  return { priceBook, entryOf: (product, currency) => entries.get(nameOf(product, currency)) };
}

/**
 * New lines of an order with the entry of the price book that they need: Salesforce knows a product of a
 * line by its price only. A line without a price takes that of the entry.
 *
 * @throws ConnectorError `ERR_VALIDATION` naming the products that have no price in the book
 */
export function withPrices(
  target: DocumentTarget,
  {
    head,
    added,
    list,
    known,
  }: NewLines & {
    readonly list: PriceList | undefined;
    readonly known?: SalesforceRow | undefined;
  },
): NewLines {
  if (list === undefined) return { head, added };
  const { priceBook, entryOf } = list;
  const currency = currencyOf(target, head, known);
  const lacking = added.flatMap(({ Product2Id }) =>
    typeof Product2Id === 'string' && entryOf(Product2Id, currency) === undefined
      ? [Product2Id]
      : [],
  );
  if (lacking.length > 0) throw noPrice(lacking, { priceBook, currency });
  const hasBook = typeof known?.Pricebook2Id === 'string';
  return {
    head: hasBook ? head : { ...head, Pricebook2Id: priceBook },
    added: added.map(({ Product2Id, ...line }) => {
      const entry = entryOf(Product2Id, currency);
      if (entry === undefined) return line;
      const { UnitPrice = String(entry.unitPrice) } = line;
      return { ...line, PricebookEntryId: entry.id, UnitPrice };
    }),
  };
}

/** Of orgs with several currencies: there a product has a price for each. */
function currencyOf(
  { description }: DocumentTarget,
  head: SalesforceFields,
  known: SalesforceRow | undefined,
): string | undefined {
  if (!description.fields.has('CurrencyIsoCode')) return undefined;
  return String(head.CurrencyIsoCode ?? known?.CurrencyIsoCode);
}

/** Ids of 15 and 18 characters name the same product. */
const nameOf = (product: unknown, currency: string | undefined): string =>
  `${String(product).slice(0, 15)} ${currency ?? ''}`;

function noPrice(
  products: readonly string[],
  { priceBook, currency }: { readonly priceBook: string; readonly currency: string | undefined },
): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: `The products ${products.slice(0, 5).join(', ')} have no active price in the price book ${priceBook}${currency === undefined ? '' : ` in ${currency}`}. Write one as price, or choose another book (priceBook).`,
    system: 'salesforce',
    path: 'lines',
    notExecuted: true,
  });
}
