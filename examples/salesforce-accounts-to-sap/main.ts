// Accounts of Salesforce that are customers become customers of SAP, and follow their changes.
import { basic, type Customer } from '@common/connector-core';
import { sqliteStore } from '@common/connector-runtime';
import { salesforce, salesforceClientCredentials } from '@common/connector-salesforce';
import { sap } from '@common/connector-sap';
import { createSync, type Mapping, oneWay, reconcile } from '@common/connector-sync';
import { tell } from '../shared/tell.ts';
import { org, peopleChangeAccounts, stage, system } from './systems.ts';

const crm = salesforce({
  ...org.connection,
  auth: salesforceClientCredentials(org.signIn),
  fields: { customer: ['Type'] },
});
const erp = sap({ ...system.connection, auth: basic(system.signIn) });
const store = sqliteStore({ path: ':memory:' }); // a file: the next run goes on where this one ended

const mapping: Mapping<Customer> = {
  map({ source, name, addresses = [], custom }) {
    if (!String(custom?.Type).startsWith('Customer')) return undefined;
    const [billing = {}] = addresses.filter(({ kind }) => kind === 'billing');
    const { kind: _, ...address } = billing;
    const street = address.street?.replace(/\s+/g, ' ').slice(0, 60); // SAP has one line
    const record: Customer = {
      kind: 'organization',
      name: name.slice(0, 40).trim(),
      name2: name.slice(40, 80).trim() || undefined,
      externalReference: source?.key ?? '',
      addresses: [{ ...address, street }],
      companyCodes: [{ companyCode: '1010', reconciliationAccount: '12100000' }],
    };
    return { record };
  },
};

const flow = { source: crm, target: erp, entity: 'customer', mapping, store };
const accounts = createSync(
  oneWay({ ...stage.time, ...flow, id: 'accounts', records: 'masterData' }),
);

tell('accounts to SAP', await accounts.run());
peopleChangeAccounts();
tell('what changed', await accounts.run());
tell('once more', await accounts.run());
const both = await reconcile({
  left: { from: crm, entity: 'customer', mapping },
  right: { from: erp, entity: 'customer' },
  link: accounts.link,
  compare: ['name', 'name2', 'externalReference', 'addresses'],
});
tell('both sides compared', both);
await Promise.all([crm.disconnect(), erp.disconnect(), store.close(), stage.close()]);
