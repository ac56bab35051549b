// Payments of QuickBooks show at the accounts of Salesforce, as records of an object for them.
import { type Customer, oauth2RefreshToken } from '@common/connector-core';
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
import { company, org, peopleInvoiceAndReceive, peopleReceiveAndVoid, stage } from './systems.ts';
import { paymentToObject } from './templates.ts';

const crm = salesforce({
  ...org.connection,
  auth: salesforceClientCredentials(org.signIn),
  currency: 'USD',
  objects: { payment: { object: 'Payment__c' } },
});
const books = quickbooks({ ...company.connection, auth: oauth2RefreshToken(company.signIn) });
const store = sqliteStore({ path: ':memory:' }); // a file: the next run goes on where this one ended

// The way there, which makes the links between accounts and customers.
const accounts: Mapping<Customer> = {
  map: ({ name, phone }) => ({ record: { name: name.replace(/[\t\n:]/g, ' '), phone } }),
};
const customers = createSync(
  oneWay({
    ...{ ...stage.time, id: 'customers', records: 'masterData', store },
    ...{ source: crm, target: books, entity: 'customer', mapping: accounts },
    link: { space: 'customers', side: 'left' },
  }),
);
// And back: what Salesforce shows is always what QuickBooks has.
const mapping = templateMapping(compileTemplate(paymentToObject), 'decode', {
  references: { customer: { space: 'customers', vendor: 'right' } },
});
const compare = ['custom.Account__c', 'custom.Amount__c', 'custom.Date__c'];
const payments = createSync(
  oneWay({
    ...{ ...stage.time, id: 'payments', records: 'masterData', store },
    ...{ source: books, target: crm, entity: 'payment', mapping },
    compare: { source: ['partner', 'amount', 'paymentDate'], target: compare },
  }),
);

tell('accounts to QuickBooks', await customers.run());
peopleInvoiceAndReceive();
tell('payments to Salesforce', await payments.run());
peopleReceiveAndVoid();
tell('what changed', await payments.run());
tell('once more', await payments.run());
// What Salesforce has in fields of its own are numbers where they lose no digit.
const shown: Mapping = {
  map: ({ custom }) => ({
    record: { custom: { ...custom, Amount__c: String(custom?.Amount__c) } },
  }),
};
const both = await reconcile({
  left: { from: books, entity: 'payment', mapping },
  right: { from: crm, entity: 'payment', mapping: shown },
  link: payments.link,
  compare,
});
tell('payments compared', both);
await Promise.all([crm.disconnect(), books.disconnect(), store.close(), stage.close()]);
