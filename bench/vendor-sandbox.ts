import { startQuickbooksSandbox } from '@common/connector-sandbox/quickbooks';
import { startSalesforceSandbox } from '@common/connector-sandbox/salesforce';

// A vendor in a process of its own, so that its work is nobody's here: `salesforce 5000`.
const [vendor, records] = process.argv.slice(2);
const count = Number(records);
const none = { contacts: 0, products: 0, orders: 0, opportunities: 0, purchaseOrders: 0 };
const sandbox =
  vendor === 'salesforce'
    ? await startSalesforceSandbox({ ...none, accounts: count })
    : await startQuickbooksSandbox({ customers: count, vendors: 0, employees: 0, items: 0 });
process.send?.(`ready ${JSON.stringify({ url: sandbox.url, settings: sandbox.settings })}`);
