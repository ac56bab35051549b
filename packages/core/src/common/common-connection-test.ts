import { testConnectionInSteps } from '../connector/test-connection-in-steps.ts';
import type { CallOptions } from '../contract/call-options.ts';
import type { Clock } from '../contract/clock.ts';
import type { ConnectionReport } from '../contract/connection-report.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { companyOfToken } from './common-auth.ts';
import type { CommonClient } from './common-client.ts';

/** Signs in, looks whose data it is, reads the sync status; says in words what is wrong. */
export async function testCommonConnection(
  context: {
    readonly client: CommonClient;
    readonly baseUrl: string;
    readonly companyId: string;
    readonly clock: Clock;
  },
  options: CallOptions,
): Promise<ConnectionReport> {
  const { client, baseUrl, companyId, clock } = context;
  let owner: string | undefined;
  return testConnectionInSteps({
    service: { baseUrl, name: 'the Common API', setting: 'baseUrl (COMMON_API_BASE_URL)' },
    steps: {
      credentials: {
        passed: 'Common accepts client id and secret.',
        failed: ({ message }) =>
          `Common does not accept the credentials. Check clientId and clientSecret (COMMON_CLIENT_ID, COMMON_CLIENT_SECRET), and that the API access is active. ${message}`,
      },
      company: { passed: `The data is that of company ${companyId}.` },
      permission: {
        passed: 'The sync status can be read.',
        failed: ({ message }) => `The API access may not do this. ${message}`,
      },
    },
    // A page for people, of a proxy or a login: nobody of Common's API read the request.
    stepOf: ({ code }) => (code === 'ERR_UNEXPECTED_CONTENT' ? 'service' : undefined),
    probes: [
      {
        step: 'service',
        async send() {
          owner = companyOfToken((await client.auth.login(options)).access_token);
        },
      },
      { step: 'company', send: () => assertCompany({ client, companyId, owner }, options) },
      { step: 'permission', send: () => client.erpSync.status(options) },
    ],
    now: () => clock.now(),
  });
}

async function assertCompany(
  {
    client,
    companyId,
    owner,
  }: {
    readonly client: CommonClient;
    readonly companyId: string;
    readonly owner: string | undefined;
  },
  options: CallOptions,
): Promise<void> {
  if (owner === companyId) return;
  if (owner !== undefined) {
    throw otherCompany(
      `The credentials belong to company ${owner}, not to ${companyId}. Correct companyId (COMMON_COMPANY_ID) or use the credentials of that company.`,
    );
  }
  for await (const page of client.companies.pages({ page_size: 200 }, options)) {
    if (page.items.some((company) => company.id.toLowerCase() === companyId)) return;
  }
  throw otherCompany(
    `These credentials do not see company ${companyId}, so every list would be empty. Check companyId (COMMON_COMPANY_ID): it is on Common under "company profile".`,
  );
}

function otherCompany(message: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message,
    system: 'common',
  });
}
