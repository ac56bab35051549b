import type { Row } from './odata/model.ts';
import type { Store } from './odata/store.ts';
import { seedUser } from './seed/purchase-order-seed.ts';

/** A purchase order as the state holds it: internal forms, dates `YYYY-MM-DD`, decimals as texts. */
export interface DumpedPurchaseOrder {
  readonly header: Row;
  readonly items: readonly { readonly item: Row; readonly scheduleLines: readonly Row[] }[];
}

/** A product as the state holds it, with its descriptions and plants. */
export interface DumpedProduct {
  readonly product: Row;
  readonly descriptions: readonly Row[];
  readonly plants: readonly Row[];
}

export interface SapCounters {
  readonly products: number;
  readonly businessPartners: number;
  readonly suppliers: number;
  readonly customers: number;
  readonly purchaseOrders: number;
  readonly purchaseOrderItems: number;
  readonly salesOrders: number;
  /** Purchase orders that were made over the API. */
  readonly createdPurchaseOrders: number;
  readonly requests: number;
}

/** The state, read past authentication, services and faults. */
export interface SapState {
  purchaseOrders(): Iterable<DumpedPurchaseOrder>;
  products(): Iterable<DumpedProduct>;
  suppliers(): Iterable<Row>;
  counters(): SapCounters;
}

export function createSapState(store: Store, requests: () => number): SapState {
  const table = (name: string) => store.table(name);
  return {
    *purchaseOrders() {
      for (const header of table('purchaseOrder').rows()) {
        const items = table('purchaseOrderItem').find(['PurchaseOrder'], header);
        yield {
          header,
          items: items.map((item) => ({
            item,
            scheduleLines: table('purchaseOrderScheduleLine').find(
              ['PurchasingDocument', 'PurchasingDocumentItem'],
              {
                PurchasingDocument: item.PurchaseOrder!,
                PurchasingDocumentItem: item.PurchaseOrderItem!,
              },
            ),
          })),
        };
      }
    },
    *products() {
      for (const product of table('product').rows()) {
        yield {
          product,
          descriptions: table('productDescription').find(['Product'], product),
          plants: table('productPlant').find(['Product'], product),
        };
      }
    },
    suppliers: () => table('supplier').rows(),
    counters: () => ({
      products: table('product').size,
      businessPartners: table('businessPartner').size,
      suppliers: table('supplier').size,
      customers: table('customer').size,
      purchaseOrders: table('purchaseOrder').size,
      purchaseOrderItems: table('purchaseOrderItem').size,
      salesOrders: table('salesOrder').size,
      createdPurchaseOrders: table('purchaseOrder')
        .rows()
        .filter((row) => row.CreatedByUser !== seedUser).length,
      requests: requests(),
    }),
  };
}
