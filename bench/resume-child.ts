// Syncs products and tells the records of each page that is committed: `resume-child.ts <url> <flow> <pages>`.
import type { Product } from '@common/connector-core';
import { openStore, tableTarget } from '@common/connector-runtime';
import { createSync } from '@common/connector-sync';
import { productMapping, productSource } from './sync-products.ts';

const [url = '', id = '', pages = '1'] = process.argv.slice(2);
const store = openStore({ url });
const sync = createSync<Product, Product>({
  id,
  source: productSource(Number(pages)),
  target: tableTarget({ table: id, store }),
  entity: 'product',
  mapping: productMapping,
  store,
  onProgress: ({ inserted }) => void process.send?.(`inserted ${inserted}`),
});
const { resumed, inserted } = await sync.run();
await store.close();
process.send?.(`done ${JSON.stringify({ resumed, inserted })}`);
process.disconnect?.();
