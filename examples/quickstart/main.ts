// Reads the product catalogue of SAP into a local table, and afterwards only what changed.
import { basic } from '@common/connector-core';
import { sqliteStore, tableTarget } from '@common/connector-runtime';
import { sap } from '@common/connector-sap';
import { createSync } from '@common/connector-sync';
import { peopleChangeProducts, stage, system } from './systems.ts';

// Put the address and a user of your own system in systems.ts.
const erp = sap({ ...system.connection, auth: basic(system.signIn) });
// Instead of memory: a file, and the next run goes on where this one ended.
const store = sqliteStore({ path: ':memory:' });
const table = tableTarget({ store, table: 'product' });

const catalogue = createSync({
  ...stage.time,
  id: 'catalogue',
  source: erp,
  target: table,
  entity: 'product',
  store,
});
console.log('everything:', await catalogue.run());

peopleChangeProducts();
console.log('what changed:', await catalogue.run());

await Promise.all([erp.disconnect(), store.close(), stage.close()]);
