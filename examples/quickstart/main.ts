// Reads the product catalogue of SAP into a local table, and afterwards only what changed.
import { basic } from '@common/connector-core';
import { sqliteStore, tableTarget } from '@common/connector-runtime';
import { startSapSandbox } from '@common/connector-sandbox/sap';
import { sap } from '@common/connector-sap';
import { createSync } from '@common/connector-sync';

// Instead of the sandbox: the address and a user of your own system.
const sandbox = await startSapSandbox({ products: 500 });
const erp = sap({
  baseUrl: sandbox.url,
  client: '100',
  auth: basic({ username: 'COMM_USER', password: 'sandbox-password' }),
});
// Instead of memory: a file, and the next run goes on where this one ended.
const store = sqliteStore({ path: ':memory:' });
const table = tableTarget({ store, table: 'product' });

const catalogue = createSync({
  id: 'catalogue',
  source: erp,
  target: table,
  entity: 'product',
  store,
});
console.log('everything:', await catalogue.run());

sandbox.actions.changeProducts({ count: 5 });
console.log('what changed:', await catalogue.run());

await Promise.all([erp.disconnect(), store.close(), sandbox.close()]);
