import { startQuickbooksSandbox } from '@common/connector-sandbox/quickbooks';
import { startSalesforceSandbox } from '@common/connector-sandbox/salesforce';
import { openStage } from '../shared/stage.ts';
import { quickbooksCompany, salesforceOrg } from '../shared/systems.ts';

/** What an administrator adds to the organization: an object for payments, with a look-up to the account. */
const payment = {
  name: 'Payment__c',
  keyPrefix: 'a10',
  fields: [
    { name: 'ERP_Id__c', type: 'string', length: 64, externalId: true, unique: true },
    { name: 'Account__c', type: 'reference', referenceTo: ['Account'], required: true },
    { name: 'Amount__c', type: 'currency' },
    { name: 'Date__c', type: 'date' },
  ],
} as const;

/** An organization with accounts, and a company that has sold nothing yet. */
export const stage = await openStage(import.meta.dirname, {
  salesforce: () =>
    startSalesforceSandbox({
      ...{ accounts: 4, contacts: 0, products: 0, orders: 0, opportunities: 0, purchaseOrders: 0 },
      objects: [payment],
    }),
  quickbooks: () => startQuickbooksSandbox({ customers: 0, vendors: 0, employees: 0, items: 1 }),
});
export const org = salesforceOrg(stage);
export const company = quickbooksCompany(stage);

let firstPayment = '';

/** Bookkeepers write two invoices to each customer, and receive the money for most of them. */
export function peopleInvoiceAndReceive(): void {
  if (stage.sandboxes === undefined) return;
  const { actions } = stage.sandboxes.quickbooks;
  for (const [index, amount] of [120.5, 80, 19.99, 4200, 75.25, 310, 66.6, 1].entries()) {
    const detail = { ItemRef: { value: '1' }, Qty: 1, UnitPrice: amount };
    const DetailType = 'SalesItemLineDetail';
    const Line = [{ Amount: amount, DetailType, [DetailType]: detail }];
    const CustomerRef = { value: String(1 + (index % 4)) };
    actions.create({ entity: 'Invoice', record: { CustomerRef, Line } });
  }
  const { paymentIds } = actions.payInvoices({ count: 5 });
  firstPayment = paymentIds[0] ?? '';
}

/** Two more are paid, and the first cheque bounces: its payment is voided. */
export function peopleReceiveAndVoid(): void {
  if (stage.sandboxes === undefined) return;
  const { actions } = stage.sandboxes.quickbooks;
  actions.voidTransaction({ entity: 'Payment', id: firstPayment });
  actions.payInvoices({ count: 2 });
}
