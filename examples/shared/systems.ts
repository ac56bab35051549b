import type { Stage } from './stage.ts';

/** How the demo app reaches the Salesforce sandbox: what connects, and what signs in. */
export function salesforceOrg(stage: Stage<{ readonly salesforce: Named }>) {
  const loginUrl = stage.url('salesforce');
  const app = { clientId: '3MVG9.sandbox.consumer.key', clientSecret: 'sandbox-consumer-secret' };
  return { connection: { ...stage.time, loginUrl }, signIn: { loginUrl, ...app } } as const;
}

/** How the demo app reaches the company of the QuickBooks sandbox. */
export function quickbooksCompany(
  stage: Stage<{ readonly quickbooks: Named & { readonly settings: Granted } }>,
) {
  const baseUrl = stage.url('quickbooks');
  return {
    connection: { ...stage.time, baseUrl, realmId: '9341453172000001' },
    signIn: {
      tokenUrl: `${baseUrl}/oauth2/v1/tokens/bearer`,
      clientId: 'sandbox-client',
      clientSecret: 'sandbox-secret',
      // What the sign-in of a person at Intuit has given.
      refreshToken: stage.sandboxes?.quickbooks.settings.refreshToken ?? 'recorded',
    },
  } as const;
}

/** How the demo user reaches the SAP sandbox. */
export function sapSystem(stage: Stage<{ readonly sap: Named }>) {
  return {
    connection: { ...stage.time, baseUrl: stage.url('sap') },
    signIn: { username: 'COMM_USER', password: 'sandbox-password' },
  } as const;
}

interface Named {
  readonly url: string;
}

interface Granted {
  readonly refreshToken: string;
}
