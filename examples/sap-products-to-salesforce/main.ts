// The catalogue of SAP becomes products and prices of Salesforce, by the Bulk API.
import { basic, type Product } from '@common/connector-core';
import { sqliteStore } from '@common/connector-runtime';
import { type Price, salesforce, salesforceClientCredentials } from '@common/connector-salesforce';
import { sap } from '@common/connector-sap';
import { createSync, type Mapping, oneWay, reconcile } from '@common/connector-sync';
import { tell } from '../shared/tell.ts';
import { bulkFrom, org, peopleChangeCatalogue, stage, system, tellRequests } from './systems.ts';

const erp = sap({ ...system.connection, auth: basic(system.signIn) });
const crm = salesforce({
  ...org.connection,
  auth: salesforceClientCredentials(org.signIn),
  currency: 'EUR',
  bulk: { writeFrom: bulkFrom }, // 2000 by default; fewer go by sObject Collections
});
const store = sqliteStore({ path: ':memory:' }); // a file: the next run goes on where this one ended

const products: Mapping<Product> = {
  map: ({ productNumber, descriptions = [], baseUnit, isMarkedForDeletion }) => {
    const description = descriptions.find(({ language }) => language === 'de')?.text;
    return { record: { productNumber, description, baseUnit, isMarkedForDeletion } };
  },
};
const productKey = ({ source }: Product) => source?.key ?? '';
const prices: Mapping<Product, Price> = {
  prepare: (catalogue, context) =>
    context.links('products').load({ left: catalogue.map(productKey) }),
  map: (product, context) => {
    const record: Price = {
      product: context.links('products').right(productKey(product)) ?? '',
      unitPrice: String(product.custom?.YY1_ListPrice_PRD),
      isActive: product.isMarkedForDeletion !== true,
    };
    return { record };
  },
};

const flows = [
  { id: 'products', entity: { source: 'product', target: 'product' }, mapping: products },
  { id: 'prices', entity: { source: 'product', target: 'price' }, mapping: prices },
].map(({ id, entity, mapping }) => {
  const flow = { ...stage.time, id, entity, mapping, source: erp, target: crm, store };
  const link = { space: id, side: 'left' } as const;
  return {
    link,
    mapping,
    entity,
    sync: createSync(oneWay({ ...flow, link, records: 'masterData' })),
  };
});
const run = async (when: string) => {
  for (const { link, sync } of flows) tell(`${when}: ${link.space}`, await sync.run());
};

await run('catalogue');
tellRequests();
peopleChangeCatalogue();
await run('what changed');
await run('once more');
const fields = ['productNumber', 'description', 'isMarkedForDeletion', 'unitPrice', 'isActive'];
for (const { link, mapping, entity, sync } of flows) {
  const both = await reconcile({
    left: { from: erp, entity: entity.source, mapping },
    right: { from: crm, entity: entity.target },
    link: sync.link,
    compare: fields,
  });
  tell(`${link.space} compared`, both);
}
await Promise.all([crm.disconnect(), erp.disconnect(), store.close(), stage.close()]);
