import {
  type SalesforceSandbox,
  type SalesforceSandboxOptions,
  startSalesforceSandbox,
} from '@common/connector-sandbox/salesforce';
import { type OpenConnectors, openConnectors } from '../../../testing/open-connectors.ts';
import { salesforceClientCredentials } from './salesforce-auth.ts';
import { type SalesforceConnector, salesforce } from './salesforce-connector.ts';
import type { SalesforceOptions } from './salesforce-options.ts';

export { collect } from '../../../testing/collect.ts';
export { errorOf } from '../../../testing/error-of.ts';

/** A sandbox and a connector to it; both are closed with `await using`. */
export interface OpenSalesforce
  extends OpenConnectors<
    SalesforceSandbox,
    SalesforceConnector<'asset'>,
    SalesforceOptions<'asset'>
  > {
  readonly crm: SalesforceConnector<'asset'>;
}

/** A field of a customer's own for the numbers of order lines. */
export const orderLineField = { name: 'Line__c', type: 'string', length: 20 } as const;

export async function openSalesforce(
  options: SalesforceSandboxOptions = {},
  settings: Partial<SalesforceOptions<'asset'>> = {},
): Promise<OpenSalesforce> {
  const { fields, ...rest } = options;
  const sandbox = await startSalesforceSandbox({
    fields: { ...fields, OrderItem: [orderLineField] },
    ...rest,
  });
  const open = openConnectors(sandbox, (own: Partial<SalesforceOptions<'asset'>>) => {
    const { clientId, clientSecret } = sandbox.settings;
    return salesforce<'asset'>({
      loginUrl: sandbox.url,
      auth: salesforceClientCredentials({ loginUrl: sandbox.url, clientId, clientSecret }),
      currency: 'EUR',
      purchaseOrder: {},
      orderLineNumberField: 'Line__c',
      // Jitter of zero: every back-off ends at once.
      random: () => 0,
      ...own,
    });
  });
  return { ...open, crm: open.connect(settings) };
}
