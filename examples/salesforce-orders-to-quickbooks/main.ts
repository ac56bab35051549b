// Closed orders of Salesforce become invoices of QuickBooks, with their customers and products.
import { type Customer, oauth2RefreshToken, type SalesOrder } from '@common/connector-core';
import { compileTemplate } from '@common/connector-core/mapping';
import { quickbooks } from '@common/connector-quickbooks';
import { sqliteStore } from '@common/connector-runtime';
import { salesforce, salesforceClientCredentials } from '@common/connector-salesforce';
import {
  createSync,
  type Mapping,
  oneWay,
  reconcile,
  templateMapping,
} from '@common/connector-sync';
import { tell } from '../shared/tell.ts';
import { company, org, peopleCloseOrders, stage } from './systems.ts';
import { orderToInvoice, productToItem } from './templates.ts';

const auth = salesforceClientCredentials(org.signIn);
const crm = salesforce({ ...org.connection, auth, currency: 'USD' });
const books = quickbooks({
  ...company.connection,
  auth: oauth2RefreshToken(company.signIn),
  accounts: { income: '11', expense: '14' }, // of new products
});

const customers: Mapping<Customer> = {
  map: ({ name, phone, addresses }) => ({
    record: { name: name.replace(/[\t\n:]/g, ' '), phone, addresses }, // what names cannot have
  }),
};
const products = templateMapping(compileTemplate(productToItem), 'decode');
const orders = templateMapping(compileTemplate(orderToInvoice), 'decode', {
  references: {
    customer: { space: 'customers', vendor: 'left' },
    product: { space: 'products', vendor: 'left' },
  },
});
const invoices: Mapping = {
  ...orders,
  map: (order, context) =>
    (order as SalesOrder).status === 'open' ? orders.map(order, context) : undefined,
};

const entity = { source: 'salesOrder', target: 'invoice' };
const compare = ['invoiceNumber', 'customer', 'invoiceDate', 'lines.product', 'lines.netAmount'];
const open = () => sqliteStore({ path: ':memory:' }); // a file: the next run goes on where this one ended
/** Customers and products first: invoices refer to them. */
async function invoiceOrders(when: string, store: ReturnType<typeof open>) {
  for (const options of [
    { id: 'customers', entity: 'customer', mapping: customers, records: 'masterData' },
    { id: 'products', entity: 'product', mapping: products, records: 'masterData' },
    { id: 'invoices', entity, mapping: invoices, compare, records: 'documents' },
  ] as const) {
    const flow = { ...stage.time, ...options, source: crm, target: books, store };
    const link = { space: options.id, side: 'left' } as const;
    tell(`${when}: ${options.id}`, await createSync(oneWay({ ...flow, link })).run());
  }
}

const store = open();
await invoiceOrders('first run', store);
peopleCloseOrders();
await invoiceOrders('what was closed', store);
await invoiceOrders('state lost', open()); // nothing is doubled
const both = await reconcile({
  left: { from: crm, entity: entity.source, mapping: invoices },
  right: { from: books, entity: entity.target },
  link: { store, space: 'invoices' },
  compare,
});
tell('orders and invoices compared', both);
await Promise.all([crm.disconnect(), books.disconnect(), store.close(), stage.close()]);
