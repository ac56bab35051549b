import type { SandboxAction } from '../toolkit/control-plane.ts';
import { createSandbox, type Sandbox } from '../toolkit/create-sandbox.ts';
import { createSandboxClock, type SandboxClock } from '../toolkit/sandbox-clock.ts';
import { MalformedJsonError, type SandboxRequest } from '../toolkit/sandbox-request.ts';
import { createSeededRandom } from '../toolkit/seeded-random.ts';
import { createIdentityTokens } from './access/identity-token.ts';
import { bearerOf, createOauthRoutes, oauthPaths } from './access/oauth-routes.ts';
import { createReplayTable } from './access/replay-table.ts';
import { createThrottle } from './access/throttle.ts';
import { createTokenBook } from './access/token-book.ts';
import { createCompany } from './company/company.ts';
import { createRecords, type RecordChange, type Records } from './company/records.ts';
import { seedCompany } from './company/seed-company.ts';
import {
  authenticationFailed,
  authorizationFailed,
  GatewayFault,
  throttleExceeded,
} from './fault/gateway-fault.ts';
import { QuickbooksFault } from './fault/quickbooks-fault.ts';
import {
  applicationError,
  invalidCompanyStatus,
  invalidProperty,
  notAnAdministrator,
  unsupported,
} from './fault/refusals.ts';
import { createVendorTime } from './model/vendor-time.ts';
import { createQueryRunner } from './query/query-runner.ts';
import { createQuickbooksActions, type QuickbooksActions } from './quickbooks-actions.ts';
import { createQuickbooksFaults } from './quickbooks-faults.ts';
import type { QuickbooksSandboxOptions } from './quickbooks-options.ts';
import { createQuickbooksState, type QuickbooksState } from './quickbooks-state.ts';
import { createAnswers } from './routes/answer.ts';
import { createCompanyRoutes } from './routes/company-routes.ts';
import { createServiceRoutes } from './routes/service-routes.ts';
import { createWebhookNotifier, defaultVerifierToken } from './webhook/webhook-notifier.ts';

/** The settings of a connector for this sandbox. */
export interface QuickbooksSandboxSettings {
  readonly baseUrl: string;
  readonly realmId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Of a consent that was given when the sandbox started. */
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly revokeUrl: string;
  readonly userInfoUrl: string;
  readonly discoveryUrl: string;
  /** What webhooks are signed with. */
  readonly webhookVerifierToken: string;
}

export interface QuickbooksSandbox extends Sandbox {
  readonly state: QuickbooksState;
  readonly actions: QuickbooksActions;
  /** Resolves when no webhook is under way; a retry waits for the sandbox's clock. */
  webhooksIdle(): Promise<void>;
  readonly settings: QuickbooksSandboxSettings;
}

const accountingScope = 'com.intuit.quickbooks.accounting';
const defaultRealmId = '9341453172000001';

function resolveClock(clock: QuickbooksSandboxOptions['clock']): SandboxClock {
  return clock !== undefined && 'stampWrite' in clock ? clock : createSandboxClock(clock);
}

/**
 * Starts a simulator of QuickBooks Online: OAuth, the accounting API of several companies, webhooks.
 *
 * Where no document says it, it does this:
 * - A refresh token rotates with every refresh. What was a good token or code once is refused with
 *   `{"error":"invalid_grant"}` alone, what never was with a description too.
 * - A `requestid` answers for the same path of the same company only, for another one it is 600. A
 *   write that was refused is not remembered. Ids have at most 50 characters.
 * - A transaction that another one pays, bills or continues changes with it: token, time, webhook.
 * - Names and numbers compare without regard to case; the number of a bill is unique by vendor. A
 *   second record that is deactivated under one name becomes `(deleted-2)`.
 * - Unknown properties are 2010, wrong sums of a line 6070, too large a page 4001; CDC that looks
 *   back too far is 6000. CDC beyond 1,000 objects leaves out what was asked for last.
 * - A deleted invoice leaves its payments behind, unapplied.
 * - Inactive references are 610 in what is written anew, and stay where they stood.
 * - Without `Accept` the answer is XML, with the text of the record only.
 * - Reports are by accrual, opening stock counts for every day.
 * - Names in references are those of the time of writing; a parent's new name does not reach children.
 *
 * Named faults: `expired-token`, the token of the call is dead from then on; `fault-in-200`;
 * `stale-object`, somebody changes the record first; `throttle`, 429 of the gateway;
 * `invalid-grant`, the refresh is refused. An answer that is lost is `reset-after`.
 */
export async function startQuickbooksSandbox(
  options: QuickbooksSandboxOptions = {},
): Promise<QuickbooksSandbox> {
  const { seed = 1, clientId = 'sandbox-client', clientSecret = 'sandbox-secret' } = options;
  const { companies = [{ realmId: defaultRealmId }] } = options;
  const clock = resolveClock(options.clock);
  const random = createSeededRandom(seed);
  const time = createVendorTime(options.timeZone ?? 'America/Los_Angeles');

  const webhooks = createWebhookNotifier({ clock, random: random.fork('webhooks'), time });
  const onChange = ({ company, row, operation, deletedId }: RecordChange): void => {
    if (row.definition.hasWebhook === false) return;
    webhooks.notify({
      realmId: company.realmId,
      entity: row.definition.name,
      entityId: row.id,
      operation,
      deletedId,
      at: row.changedAt,
    });
  };

  const realms = new Map<string, Records>();
  for (const settings of companies) {
    const company = createCompany(settings);
    const records = createRecords({ company, clock, time, onChange });
    seedCompany(
      records,
      {
        customers: options.customers ?? 20,
        vendors: options.vendors ?? 10,
        employees: options.employees ?? 2,
        items: options.items ?? 12,
        invoices: options.invoices ?? 0,
        payments: options.payments ?? 0,
        bills: options.bills ?? 0,
        purchaseOrders: options.purchaseOrders ?? 0,
      },
      random.fork(`company ${settings.realmId}`),
      clock.now(),
    );
    realms.set(settings.realmId, records);
  }
  const firstRealmId = companies[0]?.realmId ?? defaultRealmId;

  const tokens = createTokenBook({
    clock,
    random: random.fork('tokens'),
    lifetimes: {
      codeSeconds: 300,
      accessSeconds: options.accessTokenSeconds ?? 3_600,
      refreshSeconds: options.refreshTokenSeconds ?? 8_726_400,
      refreshHardSeconds: options.refreshTokenHardSeconds ?? 5 * 365 * 86_400,
      previousRefreshSeconds: (options.previousRefreshTokenMinutes ?? 0) * 60,
    },
  });
  const openCompany = (realmId = firstRealmId): Records => {
    const records = realms.get(realmId);
    if (records) return records;
    throw new RangeError(`There is no company ${realmId}; known: ${[...realms.keys()].join(', ')}`);
  };
  let chosenRealm = firstRealmId;
  const throttle = options.limits && createThrottle(clock, options.limits);
  const replays = createReplayTable();
  const answers = createAnswers(time);
  const traceIds = random.fork('intuit_tid');

  const open = (request: SandboxRequest): Records => {
    const token = bearerOf(request.headers.authorization);
    const grant = tokens.authenticate(token ?? '');
    if (grant === 'unknown') throw authenticationFailed('Malformed bearer token');
    if (grant === 'dead') throw authenticationFailed('Token expired');
    const { realmId = '' } = request.params;
    const records = realms.get(realmId);
    const isAllowed = grant.realmId === realmId && grant.scope.split(' ').includes(accountingScope);
    if (!records || !isAllowed) {
      throw authorizationFailed(`The app is not authorized for company ${realmId}`);
    }
    if (throttle && !throttle.admit(realmId, request.operation === 'batch')) {
      throw throttleExceeded();
    }
    const { status } = records.company;
    if (status === 'suspended') throw invalidCompanyStatus();
    if (status === 'no-administrator') throw notAnAdministrator();
    return records;
  };

  const toResponse = (error: unknown, request: SandboxRequest) => {
    if (error instanceof GatewayFault) return answers.gatewayFault(request, error);
    if (error instanceof QuickbooksFault) return answers.fault(request, error);
    if (error instanceof MalformedJsonError) {
      return answers.fault(request, invalidProperty('body', 'is no JSON'));
    }
    return {
      status: 500,
      headers: { 'content-type': 'text/plain' },
      body: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  };

  // After the seed: only what happens from now on is told.
  webhooks.configure(options.webhook);
  const actions = createQuickbooksActions({
    openCompany,
    tokens,
    clock,
    webhooks,
    defaultScope: accountingScope,
    onCompanyChosen(realmId) {
      chosenRealm = realmId;
    },
  });
  const state = createQuickbooksState({
    openCompany,
    tokens,
    replays,
    webhooks,
    requests: () => sandbox.journal.total,
  });
  const services = { open, answers, replays, queries: createQueryRunner() };
  const sandbox: Sandbox = await createSandbox({
    ...options,
    name: 'quickbooks',
    clock,
    routes: [
      ...createOauthRoutes({
        clientId,
        clientSecret,
        tokens,
        identity: createIdentityTokens(clock),
        chosenRealm: () => chosenRealm,
        baseUrl: () => sandbox.url,
      }),
      ...createServiceRoutes({
        ...services,
        time,
        uploads: new Map(),
        baseUrl: () => sandbox.url,
      }),
      ...createCompanyRoutes(services),
    ],
    onResponse(response) {
      const [first, ...rest] = traceIds.uuid().split('-');
      const intuit_tid = `1-${first}-${rest.join('')}`;
      return { ...response, headers: { ...response.headers, intuit_tid } };
    },
    onError: toResponse,
    onUnmatched: (request) => toResponse(unsupported(request.path), request),
    faultResponse(status, request) {
      if (status === 429) return answers.gatewayFault(request, throttleExceeded());
      if (status === 401)
        return answers.gatewayFault(request, authenticationFailed('Token expired'));
      if (status === 403) return answers.gatewayFault(request, authorizationFailed('Injected'));
      return answers.fault(request, applicationError(status));
    },
    namedFaults: createQuickbooksFaults({ realms, tokens, answers }),
    state: state.dumps,
    actions: actions as unknown as Record<string, SandboxAction>,
    onClose: () => webhooks.close(),
  });
  const issued = tokens.connect(firstRealmId, accountingScope);

  return {
    ...sandbox,
    state,
    actions,
    webhooksIdle: webhooks.idle,
    settings: {
      baseUrl: sandbox.url,
      realmId: firstRealmId,
      clientId,
      clientSecret,
      accessToken: issued.accessToken,
      refreshToken: issued.refreshToken,
      authorizeUrl: sandbox.url + oauthPaths.authorize,
      tokenUrl: sandbox.url + oauthPaths.token,
      revokeUrl: sandbox.url + oauthPaths.revoke,
      userInfoUrl: sandbox.url + oauthPaths.userInfo,
      discoveryUrl: sandbox.url + oauthPaths.discovery,
      webhookVerifierToken: options.webhook?.verifierToken ?? defaultVerifierToken,
    },
  };
}
