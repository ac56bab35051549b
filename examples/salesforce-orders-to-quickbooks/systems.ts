import { startQuickbooksSandbox } from '@common/connector-sandbox/quickbooks';
import { startSalesforceSandbox } from '@common/connector-sandbox/salesforce';
import { openStage } from '../shared/stage.ts';
import { quickbooksCompany, salesforceOrg } from '../shared/systems.ts';

/** An organization of which every third order is activated, and a new company in QuickBooks. */
export const stage = await openStage(import.meta.dirname, {
  salesforce: () => startSalesforceSandbox({ accounts: 4, contacts: 0, products: 5, orders: 9 }),
  quickbooks: () => startQuickbooksSandbox({ customers: 0, vendors: 0, employees: 0, items: 0 }),
});

export const org = salesforceOrg(stage);
export const company = quickbooksCompany(stage);

/** Two more orders are closed. */
export function peopleCloseOrders(): void {
  if (stage.sandboxes === undefined) return;
  const { actions, state } = stage.sandboxes.salesforce;
  const orders = state.find('Order', { Status: 'Draft' }).slice(0, 2);
  const ids = orders.map(({ Id }) => String(Id));
  actions.changeRecords({ object: 'Order', ids, fields: { Status: 'Activated' } });
}
