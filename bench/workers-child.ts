// A worker of an app: `workers-child.ts <url> <schema> <pages> <latencyMs> <concurrency>`. Runs the flow
// `catalogue` of every tenant on pg-boss, against a vendor that takes a while for each page.
import type { Product } from '@common/connector-core';
import { openStore, tableTarget } from '@common/connector-runtime';
import { createFlowRunner, pgBossEngine } from '@common/connector-runtime/jobs';
import { createSync } from '@common/connector-sync';
import { productMapping, productSource } from './sync-products.ts';

const [url = '', schema = '', pages = '1', latencyMs = '100', concurrency = '4'] =
  process.argv.slice(2);
const store = openStore({ url, schema });
const engine = pgBossEngine({ store, url, schema: `${schema}_jobs` });
const source = productSource(Number(pages), { size: 20, latencyMs: Number(latencyMs) });
const runner = createFlowRunner({
  store,
  engine,
  work: { concurrency: Number(concurrency) },
  flows: {
    catalogue: ({ tenant }) =>
      createSync<Product, Product>({
        id: 'catalogue',
        tenant,
        source,
        target: tableTarget({ table: `product_${tenant}`, store }),
        entity: 'product',
        mapping: productMapping,
        store,
      }),
  },
  onEnd: ({ status, tenant, errorMessage = '' }) =>
    void process.send?.(`${status} ${tenant} ${errorMessage}`),
});
await engine.prepare();
process.send?.('ready ');
process.on('message', () => runner.start());
process.on('disconnect', () => process.exit(0));
