import { describe, expect, it } from 'vitest';
import { defineConnector } from '../connector/define-connector.ts';
import type { WriteOptions } from '../contract/call-options.ts';
import type { WriteChange } from '../contract/record-write.ts';
import type { Product } from '../entities/product.ts';
import { observeConnector } from './observe-connector.ts';
import { recordingObserver } from './observer.fixture.ts';

const product = { key: 'A', description: 'bolt' } as unknown as Product;
const failure = { key: 'B', error: new Error('bad') };
const create: WriteChange<Product> = { op: 'upsert', record: product };

/** A shop with two pages of products. `left` tells how many pages were read when the reader left. */
function shop() {
  let left: number | undefined;
  const connector = defineConnector<{ product: Product }>()({
    specificationVersion: 'v1',
    manifest: {
      ...{ id: 'shop', vendor: 'Shop', version: '1.0.0', authMethods: [] },
      ...{ settingsSchema: {}, links: { documentation: 'https://shop.example' } },
    },
    capabilities: { entities: { product: {} as never } },
    connect: async () => undefined,
    disconnect: async () => undefined,
    testConnection: async () => ({ ok: true, steps: [] }) as never,
    describe: async () => ({ fields: [] }) as never,
    get: async (_entity, key) => (key === 'A' ? (product as never) : undefined),
    async *list(_entity) {
      left = 0;
      try {
        for (const page of [1, 2]) {
          left = page;
          yield { records: [product, product], failures: [failure], checkpoint: { page } } as never;
        }
      } finally {
        left = -(left ?? 0);
      }
    },
    async *changes(_entity) {
      const change = { op: 'upsert', record: product } as const;
      yield { changes: [change, { op: 'delete', key: 'B' }], checkpoint: {} } as never;
    },
    async write(_entity, changes, _options?: WriteOptions) {
      const statuses = ['created', 'unchanged', 'failed', 'unknown'] as const;
      return changes.map((_, index) => {
        const status = statuses[index]!;
        return { status, key: 'A', error: new Error('bad') };
      });
    },
    native: async () => 'the vendor client',
  });
  return { connector, pagesLeft: () => left };
}

function setUp() {
  const { observer, all } = recordingObserver();
  const { connector, pagesLeft } = shop();
  const counts = () => all('records');
  return { erp: observeConnector(connector, observer), connector, counts, pagesLeft };
}

async function readAll(pages: AsyncIterable<unknown>): Promise<void> {
  for await (const _page of pages);
}

describe('the records of a connector', () => {
  const about = { system: 'shop', entity: 'product' };

  it('are counted as they are read, with those that could not be decoded', async () => {
    const { erp, counts } = setUp();
    await readAll(erp.list('product'));
    await readAll(erp.changes('product'));
    await erp.get('product', 'A');
    await erp.get('product', 'none');
    const page = { ...about, direction: 'read', succeeded: 2, failed: 1 };
    expect(counts()).toEqual([
      page,
      page,
      { ...page, failed: 0 },
      { ...page, succeeded: 1, failed: 0 },
    ]);
  });

  it('are counted as they are written, by their outcome', async () => {
    const { erp, counts } = setUp();
    const results = await erp.write('product', [create, create, create, create]);
    expect(results.map(({ status }) => status)).toEqual([
      ...['created', 'unchanged', 'failed', 'unknown'],
    ]);
    expect(counts()).toEqual([{ ...about, direction: 'written', succeeded: 2, failed: 2 }]);
  });

  it('of a dry run are not counted', async () => {
    const { erp, counts } = setUp();
    await erp.write('product', [create], { dryRun: true });
    expect(counts()).toEqual([]);
  });

  it('are no longer read when the reader leaves', async () => {
    const { erp, counts, pagesLeft } = setUp();
    for await (const _page of erp.list('product')) break;
    expect(pagesLeft()).toBe(-1);
    expect(counts()).toHaveLength(1);
  });
});

describe('a connector that is observed', () => {
  it('has what it had, and nothing that it had not', async () => {
    const { erp, connector } = setUp();
    expect(Object.keys(erp).sort()).toEqual(Object.keys(connector).sort());
    expect(await erp.native()).toBe('the vendor client');
  });
});
