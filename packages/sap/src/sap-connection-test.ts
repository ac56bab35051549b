import {
  type CallOptions,
  type ConnectionReport,
  ConnectorError,
  type HttpClient,
  testConnectionInSteps,
} from '@common/connector-core';

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
  const open = async (path: string): Promise<void> => {
    const answer = await http.send({
      ...call,
      method: 'GET',
      url: `${path}/?${query}`,
      headers: { accept: 'application/json' },
      operation: 'testConnection',
    });
    if (!isServiceDocument(answer.json())) throw noServiceDocument();
  };
  const report = await testConnectionInSteps({
    service: { baseUrl: http.baseUrl, name: 'the SAP system', setting: 'baseUrl' },
    steps: {
      credentials: {
        passed: 'SAP accepts the sign-in.',
        failed: (error) => refusal(error, client),
      },
      activation: {
        passed: 'The services are active.',
        failed: ({ message }, path) =>
          `The service ${path} is not available. Activate it in transaction ${path.includes('/odata4/') ? '/IWFND/V4_ADMIN' : '/IWFND/MAINT_SERVICE'}, or add the user's communication arrangement. ${message}`,
      },
      permission: {
        passed: 'The user may use them.',
        failed: ({ message }, path) =>
          `The user may sign in but not use ${path}. Give it the authorisation (role or communication scenario). ${message}`,
      },
    },
    probes: services.map((path) => ({
      step: 'activation' as const,
      subject: path,
      isIndependent: true,
      send: () => open(path),
    })),
    now,
  });
  return report.ok && client ? { ...report, system: `client ${client}` } : report;
}

/** `{ d: { EntitySets } }` of V2, `{ value }` of V4. */
function isServiceDocument(body: unknown): boolean {
  return typeof body === 'object' && body !== null && ('d' in body || 'value' in body);
}

function noServiceDocument(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_UNEXPECTED_CONTENT',
    category: 'configuration',
    message: 'Its JSON is that of no OData service of SAP.',
    system: 'sap',
  });
}

function refusal(
  { code, httpStatus, message, notExecuted }: ConnectorError,
  client: string | undefined,
): string {
  const isRedirect = code === 'ERR_CROSS_ORIGIN';
  if (!isRedirect && (notExecuted || httpStatus === undefined)) {
    return `No access token for SAP. ${message}`;
  }
  if (httpStatus !== 401) {
    return `In place of the service came a web page, most likely the login page of single sign-on. Check baseUrl and the auth method; with query: { saml2: 'disabled' } SAP answers API calls without that page. ${message}`;
  }
  return `SAP does not accept the sign-in. Check user and password, and that the user exists in client ${client ?? '(default)'}; SAP gives the same answer for all three, and locks the user after repeated attempts. ${message}`;
}
