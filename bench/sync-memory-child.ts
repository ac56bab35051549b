// Syncs one million products and prints its memory at every page: `sync-memory-child.ts <folder>`.
import { join } from 'node:path';
import type { Product } from '@common/connector-core';
import { sqliteStore, tableTarget } from '@common/connector-runtime';
import { createSync } from '@common/connector-sync';
import { pageSize, productMapping, productSource } from './sync-products.ts';

const [folder = '.', count = '1000000'] = process.argv.slice(2);
const records = Number(count);
const megabytes: number[] = [];
const store = sqliteStore({ path: join(folder, 'state.db') });
const sync = createSync<Product, Product>({
  id: 'memory',
  source: productSource(records / pageSize),
  target: tableTarget({ table: 'product', store }),
  entity: 'product',
  mapping: productMapping,
  store,
  onProgress: () => void megabytes.push(process.memoryUsage.rss() / 2 ** 20),
});
const { inserted } = await sync.run();
await store.close();
if (inserted !== records) throw new Error(`${inserted} of ${records} records were inserted.`);
process.stdout.write(JSON.stringify(megabytes.map((megabyte) => Number(megabyte.toFixed(1)))));
