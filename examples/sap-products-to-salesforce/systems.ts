import { startSalesforceSandbox } from '@common/connector-sandbox/salesforce';
import { startSapSandbox } from '@common/connector-sandbox/sap';
import { openStage } from '../shared/stage.ts';
import { salesforceOrg, sapSystem } from '../shared/systems.ts';

/** A recording is kept small. */
const isSmall = process.argv.some((argument) => argument.startsWith('--record'));
const products = isSmall ? 6 : 2000;
/** From how many records on a job writes them. */
export const bulkFrom = isSmall ? 5 : 2000;

/** A catalogue with list prices in a field of the customer's own, and an organization that sells nothing yet. */
export const stage = await openStage(import.meta.dirname, {
  sap: () => startSapSandbox({ products, suppliers: 0, customers: 0 }),
  salesforce: () => startSalesforceSandbox({ accounts: 0, contacts: 0, products: 0, orders: 0 }),
});
export const org = salesforceOrg(stage);
export const system = sapSystem(stage);

/** Three products change in SAP, and one is not sold any more. */
export function peopleChangeCatalogue(): void {
  stage.sandboxes?.sap.actions.changeProducts({ count: 3 });
  stage.sandboxes?.sap.actions.markProductsForDeletion({ count: 1 });
}

export function tellRequests(): void {
  const requests = stage.sandboxes?.salesforce.state.counters().requests;
  if (requests !== undefined) console.log(`${requests} requests to Salesforce`);
}
