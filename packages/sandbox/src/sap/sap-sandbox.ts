import { createSandbox, type Sandbox } from '../toolkit/create-sandbox.ts';
import type { NamedFault } from '../toolkit/fault-injector.ts';
import { createSandboxClock, type SandboxClock } from '../toolkit/sandbox-clock.ts';
import type { SandboxRequest } from '../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../toolkit/sandbox-response.ts';
import { createSeededRandom, type SeededRandom } from '../toolkit/seeded-random.ts';
import { createAuthentication } from './access/authentication.ts';
import { createCsrfSessions } from './access/csrf-sessions.ts';
import { maintenancePage, samlLoginPage } from './access/html-pages.ts';
import { createMasterData } from './behaviour/master-data.ts';
import { messages } from './behaviour/messages.ts';
import { createPurchaseOrders } from './behaviour/purchase-orders.ts';
import { createSalesOrders } from './behaviour/sales-orders.ts';
import { createGateway } from './gateway.ts';
import { businessServices, services } from './model/services.ts';
import type { PagingHook } from './odata/call.ts';
import { isRead } from './odata/engine.ts';
import { businessFault } from './odata/fault.ts';
import { createStore, type Store } from './odata/store.ts';
import { createSapActions, type SapActions } from './sap-actions.ts';
import type { SapSandboxOptions } from './sap-options.ts';
import { createSapState, type SapState } from './sap-state.ts';
import { seedBusinessPartners } from './seed/business-partner-seed.ts';
import { seedCatalog } from './seed/catalog-seed.ts';
import { seedProducts } from './seed/product-seed.ts';
import { seedPurchaseOrders } from './seed/purchase-order-seed.ts';

export interface SapSandbox extends Sandbox {
  readonly state: SapState;
  readonly actions: SapActions;
  /** What a client needs to sign in. */
  readonly settings: {
    readonly baseUrl: string;
    readonly client: string;
    readonly user: string;
    readonly password: string;
    readonly tokenUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly apiKey: string;
  };
}

const systemId = 'S4H';
const tokenPath = '/sap/bc/sec/oauth2/token';

/**
 * Starts a simulator of S/4HANA's OData services: V2 product, business partner, purchase order,
 * sales order and catalogue, V4 purchase order (`api_purchaseorder_2`) on the same orders.
 *
 * What it decides where the facts are silent [G]:
 * - A call that names another `sap-client` gets the logon error, 401.
 * - `$skiptoken` is a keyset: it goes on behind the last row read, in the order of `$orderby` and key.
 *   `$top` in a next link is what is left of it. V2 next links are absolute, V4 ones relative.
 * - V2 writes data as JSON only: without `Accept: application/json` a read is 406, an error is XML.
 * - A new item quantity goes to the last schedule line; a new schedule line quantity to the item.
 * - A changed part of a V4 order needs the order's ETag; `SAP__Messages` carries the messages of a write.
 * - DELETE of an order or an item sets the deletion indicator; what is deleted cannot be changed.
 *
 * Named faults: `stale-csrf` (the session is forgotten), `expired-token`, `saml-login-page`,
 * `maintenance`, `lock` (the order is open elsewhere), `empty-page`, `loop-next-link`,
 * `cross-origin-next-link`.
 */
export async function startSapSandbox(options: SapSandboxOptions = {}): Promise<SapSandbox> {
  const { seed = 1, client = '100' } = options;
  const users = options.users ?? { COMM_USER: 'sandbox-password' };
  const oauthClient = options.oauthClient ?? {
    clientId: 'sandbox-client',
    clientSecret: 'sandbox-secret',
  };
  const apiKey = options.apiKey ?? 'sandbox-api-key';
  const clock = resolveClock(options.clock);
  const random = createSeededRandom(seed);
  const store = createStore(services);
  const purchaseOrders = createPurchaseOrders(options);
  seedSystem({ store, purchaseOrders, random, now: clock.now() }, options);

  const authentication = createAuthentication({
    users,
    oauthClient,
    apiKey,
    tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? 3_600,
    realm: `SAP NetWeaver Application Server [${systemId}/${client}]`,
    clock,
    random: random.fork('tokens'),
  });
  const sessions = createCsrfSessions({ random: random.fork('sessions'), systemId, client });
  const revoked = new Set(options.revokedServices);
  const pagingHooks = new WeakMap<SandboxRequest, PagingHook>();
  const gateway = createGateway({
    store,
    services,
    client,
    scheme: options.tls ? 'https' : 'http',
    clock,
    random: random.fork('transactions'),
    behaviours: {
      ...createMasterData(),
      ...createSalesOrders(),
      ...purchaseOrders.behaviours,
    },
    authentication,
    sessions,
    revoked,
    inactive: new Set(options.inactiveServices),
    pagingHookOf: (request) => pagingHooks.get(request),
    pageSize: options.pageSize ?? 1_000,
    serverPaging: options.serverPaging ?? true,
    readOnlyProperties: options.readOnlyProperties ?? 'ignore',
    jsonBatch: options.jsonBatch ?? false,
    contentIdReferences: options.contentIdReferences ?? true,
  });
  const serviceIds = businessServices.map(({ id }) => id);
  const actions = createSapActions({
    ...{ store, clock, random, purchaseOrders, revoked, serviceIds, authentication },
  });
  const state = createSapState(store, () => sandbox.journal.total);

  const pagingFault = (hook: PagingHook): NamedFault => ({
    appliesTo: (request) => request.method === 'GET' && gateway.isCollection(request),
    inject: (request) => void pagingHooks.set(request, hook),
  });
  const htmlFault = (status: number, body: string): NamedFault => ({
    appliesTo: (request) => request.path.startsWith('/sap/opu/'),
    inject: () => htmlAnswer(status, body),
  });
  const sandbox: Sandbox = await createSandbox({
    ...options,
    name: 'sap',
    clock,
    routes: [
      { method: 'POST', path: tokenPath, operation: 'token', handler: authentication.issueToken },
      {
        method: '*',
        path: '/sap/opu/*',
        operation: gateway.operationOf,
        handler: gateway.handle,
      },
    ],
    namedFaults: {
      'stale-csrf': {
        appliesTo: (request) => !isRead(request.method) && request.path.startsWith('/sap/opu/'),
        inject: (request) => void sessions.drop(request.headers.cookie),
      },
      'expired-token': {
        appliesTo: authentication.usesToken,
        inject: (request) => void authentication.expire(request),
      },
      lock: {
        appliesTo: (request) => !isRead(request.method) && gateway.isPurchaseOrderWrite(request),
        inject: (request) =>
          gateway.refuse(request, businessFault([messages.locked('of this call', 'MZ_BUYER')])),
      },
      'saml-login-page': htmlFault(200, samlLoginPage()),
      maintenance: htmlFault(503, maintenancePage()),
      'empty-page': pagingFault('empty-page'),
      'loop-next-link': pagingFault('loop-next-link'),
      'cross-origin-next-link': pagingFault('cross-origin-next-link'),
    },
    faultResponse: (status) =>
      status === 503
        ? htmlAnswer(503, maintenancePage())
        : { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '' },
    state: { ...state },
    actions: controlActions(actions),
  });
  const [user = '', password = ''] = Object.entries(users)[0] ?? [];
  return {
    ...sandbox,
    state,
    actions,
    settings: {
      baseUrl: sandbox.url,
      client,
      user,
      password,
      tokenUrl: `${sandbox.url}${tokenPath}`,
      ...oauthClient,
      apiKey,
    },
  };
}

const htmlAnswer = (status: number, body: string): SandboxResponse => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body,
});

function resolveClock(clock: SapSandboxOptions['clock']): SandboxClock {
  return clock !== undefined && 'stampWrite' in clock ? clock : createSandboxClock(clock);
}

function seedSystem(
  system: {
    readonly store: Store;
    readonly purchaseOrders: ReturnType<typeof createPurchaseOrders>;
    readonly random: SeededRandom;
    readonly now: number;
  },
  options: SapSandboxOptions,
): void {
  const { store, purchaseOrders, random, now } = system;
  const { products = 1_000, suppliers = 20, customers = 50 } = options;
  seedCatalog(store, services);
  seedProducts({ store, count: products, random: random.fork('products'), now });
  seedBusinessPartners({
    store,
    suppliers,
    blockedSuppliers: options.blockedSuppliers ?? 0,
    customers,
    random: random.fork('partners'),
    now,
  });
  seedPurchaseOrders({
    store,
    purchaseOrders,
    count: options.purchaseOrders ?? 0,
    products,
    suppliers,
    currencies: options.currencies ?? ['EUR'],
    random: random.fork('orders'),
    now,
  });
}

/** The actions take JSON over the control plane; what is missing in it is told by the action. */
function controlActions(
  actions: SapActions,
): Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => unknown>> {
  return actions as unknown as Readonly<
    Record<string, (input: Readonly<Record<string, unknown>>) => unknown>
  >;
}
