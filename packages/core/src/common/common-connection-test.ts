import { failedBeforeSending } from '../connector/probe-connection.ts';
import type { CallOptions } from '../contract/call-options.ts';
import type { Clock } from '../contract/clock.ts';
import type { ConnectionCheck, ConnectionReport } from '../contract/connection-report.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { companyOfToken } from './common-auth.ts';
import type { CommonClient } from './common-client.ts';

/** The checks in the order in which a connection can fail. */
const steps = [
  'settings',
  'network',
  'tls',
  'service',
  'credentials',
  'company',
  'permission',
] as const;
type Step = (typeof steps)[number];

/** A failed check. */
class StepFailure extends Error {
  readonly step: Step;

  constructor(step: Step, message: string) {
    super(message);
    this.step = step;
  }
}

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
  let latencyMs = 0;
  const timed = async <T>(work: Promise<T>): Promise<T> => {
    const startedAt = clock.now();
    try {
      return await work;
    } finally {
      latencyMs = clock.now() - startedAt;
    }
  };
  const messages: Record<Exclude<Step, 'settings'>, string> = {
    network: `${new URL(baseUrl).host} answers.`,
    tls: baseUrl.startsWith('https:') ? 'The connection is encrypted.' : 'Loopback, without TLS.',
    service: 'The Common API is there.',
    credentials: 'Common accepts client id and secret.',
    company: `The data is that of company ${companyId}.`,
    permission: 'The sync status can be read.',
  };
  let failure: StepFailure | undefined;
  try {
    const token = await timed(client.auth.login(options)).catch(rethrowAs('service', baseUrl));
    await checkCompany(token.access_token, context, timed, options);
    await timed(client.erpSync.status(options)).catch(rethrowAs('permission', baseUrl));
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    failure = error;
  }
  const reached = failure === undefined ? steps.length : steps.indexOf(failure.step);
  const checks: ConnectionCheck[] = steps
    .slice(0, reached)
    .filter((name) => name !== 'settings')
    .map((name) => ({ name, ok: true, message: messages[name] }));
  if (failure !== undefined) {
    checks.push({ name: failure.step, ok: false, message: failure.message });
  }
  return { ok: failure === undefined, checks, latencyMs };
}

async function checkCompany(
  accessToken: string,
  {
    client,
    baseUrl,
    companyId,
  }: { readonly client: CommonClient; readonly baseUrl: string; readonly companyId: string },
  timed: <T>(work: Promise<T>) => Promise<T>,
  options: CallOptions,
): Promise<void> {
  const owner = companyOfToken(accessToken);
  if (owner === companyId) return;
  if (owner !== undefined) {
    throw new StepFailure(
      'company',
      `The credentials belong to company ${owner}, not to ${companyId}. Correct companyId (COMMON_COMPANY_ID) or use the credentials of that company.`,
    );
  }
  const findCompany = async () => {
    for await (const page of client.companies.pages({ page_size: 200 }, options)) {
      if (page.items.some((company) => company.id.toLowerCase() === companyId)) return true;
    }
    return false;
  };
  if (await timed(findCompany()).catch(rethrowAs('permission', baseUrl))) return;
  throw new StepFailure(
    'company',
    `These credentials do not see company ${companyId}, so every list would be empty. Check companyId (COMMON_COMPANY_ID): it is on Common under "company profile".`,
  );
}

/** Turns an error into the check that it fails; an abort is no finding. */
function rethrowAs(step: Step, baseUrl: string): (error: unknown) => never {
  return (error) => {
    if (!ConnectorError.isInstance(error) || error.code === 'ERR_ABORTED') throw error;
    const { host } = new URL(baseUrl);
    if (failedBeforeSending(error)) throw new StepFailure('settings', error.message);
    if (error.code === 'ERR_TLS') {
      throw new StepFailure('tls', `No trusted connection to ${host}. ${error.message}`);
    }
    // A page for people, of a proxy or a login: nobody of Common's API read the request.
    if (error.code === 'ERR_UNEXPECTED_CONTENT') throw notTheApi(host, error);
    if (error.category === 'authentication') {
      throw new StepFailure(
        'credentials',
        `Common does not accept the credentials. Check clientId and clientSecret (COMMON_CLIENT_ID, COMMON_CLIENT_SECRET), and that the API access is active. ${error.message}`,
      );
    }
    if (error.category === 'permission') {
      throw new StepFailure('permission', `The API access may not do this. ${error.message}`);
    }
    if (error.code === 'ERR_PROXY') throw new StepFailure('network', error.message);
    if (error.category === 'transient' && error.httpStatus === undefined) {
      throw new StepFailure(
        'network',
        `${host} cannot be reached. Check baseUrl (COMMON_API_BASE_URL) and the network. ${error.message}`,
      );
    }
    throw step === 'service' ? notTheApi(host, error) : new StepFailure(step, error.message);
  };
}

function notTheApi(host: string, error: ConnectorError): StepFailure {
  return new StepFailure(
    'service',
    `What answers at ${host} is not the Common API, or it is unwell. Check baseUrl (COMMON_API_BASE_URL). ${error.message}`,
  );
}
