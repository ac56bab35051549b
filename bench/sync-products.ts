import { setTimeout } from 'node:timers/promises';
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

/** @param edition - another one is another content of every record */
export function productPage(page: number, edition = 1, size = pageSize): Product[] {
  return Array.from({ length: size }, (_, index) => {
    const number = String(page * size + index).padStart(10, '0');
    const description = `Product number ${number}, edition ${edition}`;
    return {
      source: { system: 'bench', entity: 'product', key: number, revision: number },
      productNumber: number,
      description,
      descriptions: [
        { language: 'en', text: description },
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

export interface ProductSourceOptions {
  /** Asked at every page, see `productPage`. */
  readonly edition?: () => number;
  /** Records of a page. @default pageSize */
  readonly size?: number;
  /** What a call of the vendor takes. @default 0 */
  readonly latencyMs?: number;
}

/** `pages` pages of products. Made while they are read: its cost is in the figures, as it is in the peer's. */
export function productSource(
  pages: number,
  { edition = () => 1, size = pageSize, latencyMs = 0 }: ProductSourceOptions = {},
): IErpConnector<{ product: Product }> {
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
          maxPageSize: size,
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
        if (latencyMs > 0) await setTimeout(latencyMs);
        yield {
          records: productPage(page, edition(), size),
          checkpoint: { page: page + 1 },
        } as never;
      }
    },
  };
}
