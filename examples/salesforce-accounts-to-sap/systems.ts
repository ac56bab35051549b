import { startSalesforceSandbox } from '@common/connector-sandbox/salesforce';
import { startSapSandbox } from '@common/connector-sandbox/sap';
import { openStage } from '../shared/stage.ts';
import { salesforceOrg, sapSystem } from '../shared/systems.ts';

/** An organization with accounts, and a SAP system without customers. */
export const stage = await openStage(import.meta.dirname, {
  salesforce: () => startSalesforceSandbox({ accounts: 8, contacts: 0, products: 0, orders: 0 }),
  sap: () => startSapSandbox({ products: 0, suppliers: 0, customers: 0 }),
});

export const org = salesforceOrg(stage);
export const system = sapSystem(stage);

/** Three customers move. */
export function peopleChangeAccounts(): void {
  if (stage.sandboxes === undefined) return;
  const { actions, state } = stage.sandboxes.salesforce;
  const accounts = state.find('Account', { Type: 'Customer - Direct' }).slice(0, 3);
  const ids = accounts.map(({ Id }) => String(Id));
  actions.changeRecords({ object: 'Account', ids, fields: { BillingCity: 'Bonn' } });
}
