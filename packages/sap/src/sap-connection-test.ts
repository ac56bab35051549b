import {
  type CallOptions,
  type ConnectionCheck,
  type ConnectionReport,
  ConnectorError,
  type ErrorCategory,
  failedBeforeSending,
  type HttpClient,
} from '@common/connector-core';

/** The steps in the order in which a connection can fail. */
const steps = [
  'settings',
  'address',
  'tls',
  'system',
  'credentials',
  'service',
  'permission',
] as const;
type Step = (typeof steps)[number];

const stepOf: Partial<Record<ErrorCategory, Step>> = {
  authentication: 'credentials',
  permission: 'permission',
  configuration: 'service',
  'not-found': 'service',
  unsupported: 'service',
};

/** Opens each service once and says in words what is wrong. */
export async function testSapConnection(input: {
  readonly http: HttpClient;
  readonly services: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly client: string | undefined;
  readonly now: () => number;
  readonly call: CallOptions;
}): Promise<ConnectionReport> {
  const { http, services, client, now, call } = input;
  const query = new URLSearchParams(input.query);
  let latencyMs = 0;
  const failures: ConnectionCheck[] = [];
  for (const path of services) {
    const started = now();
    try {
      const url = `${path}/?${query}`;
      const headers = { accept: 'application/json' };
      const request = {
        ...call,
        method: 'GET',
        url,
        headers,
        operation: 'testConnection',
      } as const;
      const answer = await http.send(request);
      if (!isServiceDocument(answer.json())) throw noSap(http.baseUrl);
    } catch (error) {
      if (!ConnectorError.isInstance(error) || error.code === 'ERR_ABORTED') throw error;
      const step = failedStep(error);
      failures.push({ name: step, ok: false, message: explain(step, error, { path, client }) });
      // Without an answer, or without a user, the other services fail in the same way.
      if (step !== 'service' && step !== 'permission') break;
    }
    latencyMs = now() - started;
  }
  const reached = failures.length === 0 ? steps.length : steps.indexOf(failures[0]?.name as Step);
  const passed = steps
    .slice(0, reached)
    .filter((step) => step !== 'settings')
    .filter((step) => step !== 'tls' || http.baseUrl.startsWith('https:'))
    .map((name) => ({ name, ok: true, message: 'ok' }));
  return {
    ok: failures.length === 0,
    checks: [...passed, ...failures],
    latencyMs,
    ...(failures.length === 0 && client ? { system: `client ${client}` } : {}),
  };
}

/** `{ d: { EntitySets } }` of V2, `{ value }` of V4. */
function isServiceDocument(body: unknown): boolean {
  return typeof body === 'object' && body !== null && ('d' in body || 'value' in body);
}

function noSap(baseUrl: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `What answers at ${baseUrl} is no OData service of SAP. Check baseUrl.`,
    system: 'sap',
  });
}

function failedStep(error: ConnectorError): Step {
  if (failedBeforeSending(error)) return 'settings';
  if (error.code === 'ERR_TLS') return 'tls';
  if (isTokenRefused(error)) return 'credentials';
  return stepOf[error.category] ?? (error.httpStatus === undefined ? 'address' : 'system');
}

/** The call was not sent, since no token was to be had for it. */
const isTokenRefused = ({ notExecuted, httpStatus, category }: ConnectorError): boolean =>
  notExecuted &&
  httpStatus !== undefined &&
  (category === 'authentication' || category === 'configuration');

function explain(
  step: Step,
  error: ConnectorError,
  { path, client }: { readonly path: string; readonly client: string | undefined },
): string {
  const { message } = error;
  switch (step) {
    case 'settings':
    case 'tls':
      return message;
    case 'address':
      if (/token endpoint|proxy/i.test(message)) return message;
      return `No answer from the system. Check baseUrl: host, port, http or https, and whether the network lets this machine through. ${message}`;
    case 'system':
      return `The system is there and cannot serve the call now, for example during maintenance. ${message}`;
    case 'credentials':
      if (isTokenRefused(error)) return `No access token for SAP. ${message}`;
      if (error.httpStatus !== 401) {
        return `In place of the service came a web page, most likely the login page of single sign-on. Check baseUrl and the auth method; with query: { saml2: 'disabled' } SAP answers API calls without that page. ${message}`;
      }
      return `SAP does not accept the sign-in. Check user and password, and that the user exists in client ${client ?? '(default)'}; SAP gives the same answer for all three, and locks the user after repeated attempts. ${message}`;
    case 'service':
      return `The service ${path} is not available. Activate it in transaction ${path.includes('/odata4/') ? '/IWFND/V4_ADMIN' : '/IWFND/MAINT_SERVICE'}, or add the user's communication arrangement. ${message}`;
    case 'permission':
      return `The user may sign in but not use ${path}. Give it the authorisation (role or communication scenario). ${message}`;
  }
}
