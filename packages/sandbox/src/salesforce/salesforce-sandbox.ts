import { generateKeyPairSync } from 'node:crypto';
import type { SandboxAction } from '../toolkit/control-plane.ts';
import { createSandbox, type Sandbox } from '../toolkit/create-sandbox.ts';
import { createSandboxClock, type SandboxClock } from '../toolkit/sandbox-clock.ts';
import type { SandboxRequest } from '../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../toolkit/sandbox-response.ts';
import { createSeededRandom } from '../toolkit/seeded-random.ts';
import { bearerOf } from './access/bearer.ts';
import { createIdentityRoutes } from './access/identity-endpoints.ts';
import { createOAuthRoutes } from './access/oauth-endpoints.ts';
import { OAuthError, oauthErrorResponse } from './access/oauth-error.ts';
import { createRequestLimits } from './access/request-limits.ts';
import { createSessions } from './access/sessions.ts';
import { createIngestJobs } from './bulk/ingest-jobs.ts';
import { createQueryJobs } from './bulk/query-jobs.ts';
import { createChangeEvents } from './events/change-events.ts';
import { createCometdEndpoint } from './events/cometd-endpoint.ts';
import { createEventLog } from './events/event-log.ts';
import { createGateway } from './gateway.ts';
import { createOrganization } from './organization.ts';
import { createCollectionRoutes } from './rest/collection-routes.ts';
import { createCompositeRoutes } from './rest/composite-routes.ts';
import { createDescribeRoutes } from './rest/describe-routes.ts';
import { createQueryRoutes } from './rest/query-routes.ts';
import { createRecordRoutes } from './rest/record-routes.ts';
import { createReplicationRoutes } from './rest/replication-routes.ts';
import { createSearchRoute } from './rest/search-route.ts';
import { createTreeRoute } from './rest/tree-route.ts';
import { createSalesforceActions, type SalesforceActions } from './salesforce-actions.ts';
import { errorResponse, notFound, SalesforceError } from './salesforce-error.ts';
import { createNamedFaults, maintenanceAnswer } from './salesforce-faults.ts';
import type { SalesforceSandboxOptions } from './salesforce-options.ts';
import { createSalesforceState, type SalesforceState } from './salesforce-state.ts';
import type { Row } from './schema/object-definition.ts';
import {
  integrationUserId,
  organizationId,
  seedOrganization,
  standardPricebookId,
} from './seed/seed-organization.ts';

export interface SalesforceSandbox extends Sandbox {
  readonly state: SalesforceState;
  readonly actions: SalesforceActions;
  /** What a client needs to sign in. */
  readonly settings: {
    /** Where users and JWTs sign in; it serves no data and no client credentials. */
    readonly loginUrl: string;
    /** The My Domain host: every flow, and where the organisation lives until it is moved. */
    readonly myDomainUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly username: string;
    /** The audience of a JWT assertion. */
    readonly audience: string;
    /** Signs JWT assertions (PEM, RSA). Made at first use. */
    readonly privateKey: string;
    readonly organizationId: string;
    readonly userId: string;
    /** The price book that every organisation has. */
    readonly standardPricebookId: string;
  };
}

const recycleBinMs = 15 * 24 * 60 * 60 * 1_000;

function resolveClock(clock: SalesforceSandboxOptions['clock']): SandboxClock {
  return clock !== undefined && 'stampWrite' in clock ? clock : createSandboxClock(clock);
}

/** Makes a pair of keys when it is needed: that takes a tenth of a second. */
function createKeys() {
  let pair: { readonly publicKey: string; readonly privateKey: string } | undefined;
  return () => {
    pair ??= generateKeyPairSync('rsa', {
      modulusLength: 2_048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    return pair;
  };
}

function toResponse(error: unknown): SandboxResponse {
  if (error instanceof OAuthError) return oauthErrorResponse(error);
  if (!(error instanceof SalesforceError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return errorResponse(new SalesforceError(500, 'UNKNOWN_EXCEPTION', text));
  }
  const answer = errorResponse(error);
  return error.status === 401 ? { ...answer, headers: { 'www-authenticate': 'Token' } } : answer;
}

/**
 * Starts a simulator of a Salesforce organisation on three addresses: the My Domain host, the login
 * host, and the host that the organisation can be moved to.
 *
 * What it decides where the facts are silent [G]:
 * - SystemModstamp keeps milliseconds and shows them; all rows of one call have the same.
 * - Texts compare without upper and lower case; null sorts first; `!=` and NOT IN find null.
 * - Strings are trimmed, except long texts. Numbers are rounded half up to the scale of the field.
 * - An order is inserted as Draft; while it is Activated, its lines cannot be added, changed, deleted.
 * - A record with an account, price or product that others need is not deleted: DELETE_FAILED.
 * - An external id may stand once among the records of an upsert: DUPLICATE_VALUE for the second.
 *
 * Named faults: `expired-session` (the session of the call is dead from then on), `request-limit`,
 * `concurrent-limit`, `server-unavailable`, `lock-row`, `maintenance`, `gateway-error` (XML),
 * `small-page` (two rows), `expired-locator`.
 */
export async function startSalesforceSandbox(
  options: SalesforceSandboxOptions = {},
): Promise<SalesforceSandbox> {
  const { seed = 1, clientId = '3MVG9.sandbox.consumer.key' } = options;
  const { clientSecret = 'sandbox-consumer-secret' } = options;
  const clock = resolveClock(options.clock);
  const random = createSeededRandom(seed);
  const changeEvents = createChangeEvents(random.fork('changes'));
  const organization = createOrganization(options, {
    clock,
    onCommit(changes, author, stampMs) {
      for (const event of changeEvents.ofTransaction(changes, author, stampMs)) log.publish(event);
    },
  });
  const log = createEventLog({
    clock,
    random: random.fork('events'),
    schema: organization.schema,
  });
  seedOrganization({
    ...organization,
    random: random.fork('seed'),
    now: clock.now(),
    options,
  });
  const { database, schema } = organization;
  const user = (): Row => database.get('User', integrationUserId)!;

  const keys = createKeys();
  let isConsentRefused = false;
  let isMoved = false;
  let schemaChangedMs = clock.now();
  const bulkFailures: string[] = [];
  const clamps = new WeakMap<SandboxRequest, number>();

  const sessions = createSessions({
    clock,
    random: random.fork('tokens'),
    organizationId,
    lifeMs: (options.sessionSeconds ?? 7_200) * 1_000,
    rotates: options.refreshTokenRotation ?? true,
    idleDays: options.refreshTokenIdleDays,
  });
  const limits = createRequestLimits({
    clock,
    maximum: options.dailyApiRequests ?? 100_000,
    apiEnabled: options.apiEnabled ?? true,
  });

  const myDomainUrl = (): string => sandbox.url;
  const loginUrl = (): string => sandbox.additionalUrls[0]!;
  const identityUrl = (userId: string): string => `${loginUrl()}/id/${organizationId}/${userId}`;
  const instanceUrl = (): string => (isMoved ? sandbox.additionalUrls[1]! : sandbox.url);
  const isHost = (request: SandboxRequest, url: string): boolean =>
    request.headers.host === new URL(url).host;
  const audience = `https://${options.isSandboxOrganization ? 'test' : 'login'}.salesforce.com`;

  const isInRecycleBin = (row: Row): boolean =>
    clock.now() - Number(row.SystemModstamp) <= recycleBinMs;
  const bulk = {
    clock,
    random: random.fork('bulk'),
    polls: options.bulkPolls ?? 1,
    seconds: options.bulkSeconds ?? 60,
    resultRows: options.bulkResultRows ?? 50_000,
    takeFailure: () => bulkFailures.shift(),
  };
  const gateway = createGateway({
    sessions,
    limits,
    database,
    latestVersion: options.latestVersion ?? 68,
    pageSize: options.pageSize ?? 2_000,
    isInstanceHost: (request) => isHost(request, instanceUrl()),
    clampOf: (request) => clamps.get(request),
    routesOf: (dispatch) => [
      ...createDescribeRoutes(organization, { limits, schemaChangedMs: () => schemaChangedMs }),
      ...createQueryRoutes(organization, isInRecycleBin),
      ...createReplicationRoutes(organization, {
        clock,
        maximumIds: options.maximumReplicationIds ?? 600_000,
        ignoresSeconds: options.replicationIgnoresSeconds ?? false,
      }),
      ...createRecordRoutes(organization),
      ...createCompositeRoutes(dispatch, () => limits.count()),
      ...createCollectionRoutes(organization),
      createTreeRoute(organization),
      createSearchRoute(organization),
      ...createIngestJobs(organization, bulk).routes,
      ...createQueryJobs(organization, { ...bulk, isInRecycleBin }).routes,
    ],
  });
  const oauthRoutes = createOAuthRoutes({
    clock,
    random: random.fork('codes'),
    sessions,
    clientId,
    clientSecret,
    user,
    redirectUris: options.redirectUris,
    requiresPkce: options.requiresPkce ?? false,
    hasClientCredentialsUser: options.clientCredentialsUser ?? true,
    refuseConsent: () => isConsentRefused,
    publicKeys: () => [...(options.jwtPublicKeys ?? []), keys().publicKey],
    isLoginHost: (request) => isHost(request, loginUrl()),
    audiences: () => [audience, loginUrl(), myDomainUrl()],
    identityUrl,
    instanceUrl,
  });
  const identityRoutes = createIdentityRoutes({
    sessions,
    organizationId,
    user,
    identityUrl,
    instanceUrl,
  });
  const streaming = createCometdEndpoint({
    log,
    clock,
    random: random.fork('streaming'),
    isSignedIn(request) {
      const isHere = isHost(request, instanceUrl());
      return isHere && sessions.find(bearerOf(request)) !== undefined;
    },
    longPollMs: options.longPollMs ?? 1_000,
  });
  const actions = createSalesforceActions({
    organization,
    changeEvents,
    log,
    clock,
    sessions,
    limits,
    moveInstance() {
      isMoved = !isMoved;
      sessions.expireAll();
      return instanceUrl();
    },
    setConsent(allow) {
      isConsentRefused = !allow;
    },
    failNextBulkJob: (message) => void bulkFailures.push(message),
    onSchemaChange() {
      schemaChangedMs = clock.stampWrite();
    },
  });
  const state = createSalesforceState(organization, log, () => ({
    ...sessions.counts(),
    requests: sandbox.journal.total,
  }));

  const sandbox: Sandbox = await createSandbox({
    ...options,
    name: 'salesforce',
    clock,
    additionalAddresses: 2,
    routes: [
      ...oauthRoutes,
      ...identityRoutes,
      ...gateway.routes,
      ...streaming.routes,
      {
        method: '*',
        path: '/services/apexrest/*',
        operation: 'apex',
        handler(request) {
          gateway.authenticate(request);
          limits.count();
          return options.apexRest?.(request) ?? errorResponse(notFound());
        },
      },
    ],
    onResponse(response, request) {
      if (!request.path.startsWith('/services/data/v')) return response;
      const headers = { 'sforce-limit-info': limits.header(), ...response.headers };
      return { ...response, headers };
    },
    onError: toResponse,
    onUnmatched: () => errorResponse(notFound()),
    faultResponse: (status) => maintenanceAnswer(status),
    namedFaults: createNamedFaults({
      sessions,
      locators: organization.locators,
      clamp: (request, size) => void clamps.set(request, size),
    }),
    state: {
      counters: state.counters,
      events: state.events,
      ...Object.fromEntries(schema.objects.map(({ name }) => [name, () => state.find(name)])),
    },
    actions: actions as unknown as Record<string, SandboxAction>,
    onClose: () => streaming.close(),
  });

  return {
    ...sandbox,
    state,
    actions,
    settings: {
      loginUrl: loginUrl(),
      myDomainUrl: myDomainUrl(),
      clientId,
      clientSecret,
      username: String(user().Username),
      audience,
      get privateKey() {
        return keys().privateKey;
      },
      organizationId,
      userId: integrationUserId,
      standardPricebookId,
    },
  };
}
