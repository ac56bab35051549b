import type { IErpConnector, Product } from '@common/connector-core';
import type { Mapping } from '@common/connector-sync';

export const pageSize = 1000;

/** What a mapping does: a new record, a field renamed, one added. */
export const mapped = (product: Product): Product => ({
  ...product,
  manufacturerPartNumber: product.productNumber,
  countryOfOrigin: 'DE',
});

export const productMapping: Mapping<Product, Product> = {
  map: ({ source: _, ...product }) => ({ record: mapped(product) }),
};

export function productPage(page: number): Product[] {
  return Array.from({ length: pageSize }, (_, index) => {
    const number = String(page * pageSize + index).padStart(10, '0');
    return {
      source: { system: 'bench', entity: 'product', key: number, revision: number },
      productNumber: number,
      description: `Product number ${number}`,
      descriptions: [
        { language: 'en', text: `Product number ${number}` },
        { language: 'de', text: `Produkt Nummer ${number}` },
      ],
      productType: 'FERT',
      productGroup: '001',
      baseUnit: { code: 'C62', vendorCode: 'PC' },
      grossWeight: '12.500',
      netWeight: '11.250',
      weightUnit: { code: 'KGM', vendorCode: 'KG' },
      isMarkedForDeletion: false,
      plants: [{ plant: '1010', isMarkedForDeletion: false, minimumLotSize: '1.000' }],
      createdOn: '2026-01-31',
      changedAt: '2026-02-01T10:20:30Z',
    };
  });
}

/** `pages` pages of products. Made while they are read: its cost is in the figures, as it is in the peer's. */
export function productSource(pages: number): IErpConnector<{ product: Product }> {
  return {
    specificationVersion: 'v1',
    manifest: {
      id: 'bench',
      vendor: 'Bench',
      version: '1.0.0',
      authMethods: [],
      settingsSchema: {},
      links: { documentation: 'https://example.com' },
    },
    capabilities: {
      entities: {
        product: {
          list: true,
          get: false,
          create: false,
          update: false,
          delete: false,
          changes: 'none',
          deletesVisible: false,
          filterable: [],
          maxPageSize: pageSize,
          maxBatchSize: 1,
          idempotency: 'none',
        },
      },
    },
    connect: async () => undefined,
    disconnect: async () => undefined,
    testConnection: async () => ({ ok: true, checks: [], latencyMs: 0 }),
    describe: async () => ({ entity: 'product', nativeName: 'product', key: [], fields: [] }),
    get: async () => undefined,
    async *list(_entity, query) {
      for (let page = Number(query?.after?.page ?? 0); page < pages; page += 1) {
        yield { records: productPage(page), checkpoint: { page: page + 1 } } as never;
      }
    },
  };
}
