import { randomUUID } from 'node:crypto';
import type { SandboxAction } from '../toolkit/control-plane.ts';
import {
  createSandbox,
  type Sandbox,
  type SandboxServerOptions,
} from '../toolkit/create-sandbox.ts';
import { createSandboxClock, type SandboxClock } from '../toolkit/sandbox-clock.ts';
import { MalformedJsonError } from '../toolkit/sandbox-request.ts';
import { createSeededRandom } from '../toolkit/seeded-random.ts';
import type { WebhookDelivery } from '../toolkit/webhook-sender.ts';
import { type CommonActions, createCommonActions, type SeedProduct } from './common-actions.ts';
import { CommonApiError, errorCodeOf, errorResponse } from './common-error.ts';
import { createCommonRoutes } from './common-routes.ts';
import type { CommonBusinessRelationship, CommonCompany } from './company.ts';
import { createCompanyDirectory } from './company-directory.ts';
import type { CommonUpdate } from './erp-update.ts';
import { createIdempotencyStore } from './idempotency-store.ts';
import { createOrderBook } from './order-book.ts';
import type { CommonAmendment, CommonPurchaseOrder } from './purchase-order.ts';
import { type CommonClientCredentials, createTokenIssuer } from './token-issuer.ts';
import { createUpdateQueue } from './update-queue.ts';
import { type CommonWebhook, createWebhookNotifier } from './webhook-notifier.ts';

/** Choices of a Common sandbox. */
export interface CommonSandboxOptions extends SandboxServerOptions {
  /** @default 'common-demo' */
  readonly clientId?: string | undefined;
  /** @default 'common-demo-secret' */
  readonly clientSecret?: string | undefined;
  /** The buyer whose ERP syncs. @default 'b7f6c1de-3f0a-4c5e-9a51-2d6c8e0f1a10' */
  readonly companyId?: string | undefined;
  /** @default 'Demo Buyer AG' */
  readonly companyName?: string | undefined;
  /** More API clients, for example of a seller. Each company with a client gets its own updates. */
  readonly clients?: readonly CommonClientCredentials[] | undefined;
  /** How many sellers there are, with the external ids `17300001…`. @default 20 */
  readonly sellers?: number | undefined;
  /** How many orders there are from the start. @default 0 */
  readonly records?: number | undefined;
  /** What those orders are about, see `seedOrders`. @default random product ids */
  readonly products?: readonly (string | SeedProduct)[] | undefined;
  /** @default 3600 */
  readonly accessTokenSeconds?: number | undefined;
  /** @default 30 days */
  readonly refreshTokenSeconds?: number | undefined;
  /** Where approved amendments of the buyer are posted to. */
  readonly webhook?: CommonWebhook | undefined;
}

/** What the sandbox holds, past the API: the proof of what really happened. */
export interface CommonState {
  orders(): readonly CommonPurchaseOrder[];
  amendments(): readonly CommonAmendment[];
  updates(): readonly CommonUpdate[];
  companies(): readonly CommonCompany[];
  relationships(): readonly CommonBusinessRelationship[];
  webhooks(): readonly WebhookDelivery[];
  counters(): CommonCounters;
}

export interface CommonCounters {
  readonly orders: number;
  readonly amendments: number;
  readonly updates: number;
  readonly companies: number;
  readonly idempotencyKeys: number;
  readonly requests: number;
}

export interface CommonSandbox extends Sandbox {
  readonly state: CommonState;
  readonly actions: CommonActions;
  /** Resolves when no webhook delivery is under way. */
  webhooksIdle(): Promise<void>;
  /** The settings of a connector for this sandbox, by their fixed names. */
  readonly settings: {
    readonly common_api_base_url: string;
    readonly client_id: string;
    readonly client_secret: string;
    readonly company_id: string;
  };
}

function resolveClock(clock: CommonSandboxOptions['clock']): SandboxClock {
  return clock !== undefined && 'stampWrite' in clock ? clock : createSandboxClock(clock);
}

function* valuesOf<Value>(index: {
  after(key: undefined): Iterable<readonly [string, Value]>;
}): Iterable<Value> {
  for (const [, value] of index.after(undefined)) yield value;
}

/**
 * Starts a simulator of the Common API, all sixteen endpoints, stateful and strict.
 *
 * Where the specification is silent it does this:
 * - Decimals travel as JSON strings with fixed places: quantities 3, money 2. Numbers are accepted,
 *   more places are not. `total_amount` is the server's: quantity × price, half to even.
 * - `PUT` of an order leaves absent fields as they are. Fields of the server may be sent back as they
 *   were read; another value is refused, and so is every unknown field and query parameter.
 *   A `PUT` that changes nothing stamps nothing and raises no update.
 * - `po_number` is not unique: a doubled write shows as a doubled order.
 * - An update is raised for every change of an order, whoever made it, also the ERP itself.
 *   Acknowledging changes `erp_sync_status` but neither `updated_at` nor the update queue of others.
 *   `acknowledged` counts those that were pending; unknown ids are ignored. At most 1,000 ids.
 * - Orders are listed by `(updated_at, id)`: an order that changes while pages are read moves to the
 *   end and is seen again, none is missed. Extra filters: `po_number`, several statuses by comma;
 *   companies by `company_type` and `external_id`, relationships by `status`.
 * - Either party of an order may confirm, propose and decide. `proposed_quantity_unit` must be the
 *   order's unit. After a decision `proposed_quantity` stays to be seen.
 * - Idempotency keys count per client for 24 hours; the answer is replayed whatever its status, with
 *   `idempotency-replayed: true`.
 * - A webhook carries `{ update_id, type, occurred_at, purchase_order }` under the id of the update.
 *   200 acknowledges the update, everything else is retried; after the last try the update is
 *   `failed`, and polling still finds it.
 *
 * Named faults: `expired-token`, the token of the call that is hit is dead from then on;
 * `repeated-cursor`, a page behind a cursor names that same cursor as the next one.
 */
export async function startCommonSandbox(
  options: CommonSandboxOptions = {},
): Promise<CommonSandbox> {
  const { seed = 1, clientId = 'common-demo', clientSecret = 'common-demo-secret' } = options;
  const { companyId = 'b7f6c1de-3f0a-4c5e-9a51-2d6c8e0f1a10', clients = [] } = options;
  const clock = resolveClock(options.clock);
  const random = createSeededRandom(seed);
  const allClients = [{ clientId, clientSecret, companyId }, ...clients];

  const tokens = createTokenIssuer({
    clients: allClients,
    clock,
    random: random.fork('tokens'),
    seed,
    accessTokenSeconds: options.accessTokenSeconds ?? 3_600,
    refreshTokenSeconds: options.refreshTokenSeconds ?? 30 * 24 * 3_600,
  });
  const companies = createCompanyDirectory({
    clock,
    random: random.fork('companies'),
    buyerCompanyId: companyId,
    buyerName: options.companyName ?? 'Demo Buyer AG',
    sellers: options.sellers ?? 20,
  });
  const updates = createUpdateQueue({
    clock,
    random: random.fork('updates'),
    companyIds: new Set(allClients.map((client) => client.companyId)),
  });
  const webhooks = createWebhookNotifier({
    clock,
    random: random.fork('webhooks'),
    onEnd({ id, state }) {
      if (state === 'delivered') updates.acknowledge(companyId, [id]);
      else updates.fail(id);
    },
  });
  webhooks.configure(options.webhook);
  const orders = createOrderBook({
    clock,
    random: random.fork('orders'),
    updates,
    onUpdate(update, order) {
      const isForBuyer = update.company_id === companyId;
      if (isForBuyer && update.type === 'amendment.approved') webhooks.notify(update, order);
    },
  });
  const idempotency = createIdempotencyStore(clock);
  const actions = createCommonActions({ clock, random, companyId, companies, orders, webhooks });
  if (options.records) {
    actions.seedOrders({ count: options.records, product_numbers: options.products });
  }

  const state: CommonState = {
    orders: () => [...orders.all()],
    amendments: () => [...orders.amendments],
    updates: () => [...updates.all()],
    companies: () => [...valuesOf(companies.companies)],
    relationships: () => [...valuesOf(companies.relationships)],
    webhooks: () => [...(webhooks.sender?.deliveries ?? [])],
    counters: () => ({
      orders: orders.size,
      amendments: orders.amendments.length,
      updates: [...updates.all()].length,
      companies: [...valuesOf(companies.companies)].length,
      idempotencyKeys: idempotency.size,
      requests: sandbox.journal.total,
    }),
  };

  const fail = (status: number, errorCode: string, message: string) =>
    errorResponse({ status, errorCode, message }, randomUUID(), clock.iso());

  const sandbox: Sandbox = await createSandbox({
    ...options,
    name: 'common',
    clock,
    routes: createCommonRoutes({ tokens, companies, orders, updates, webhooks, idempotency }),
    onResponse(response) {
      if (response.headers?.['x-request-id'] !== undefined) return response;
      return { ...response, headers: { ...response.headers, 'x-request-id': randomUUID() } };
    },
    onError(error) {
      if (error instanceof CommonApiError) {
        return fail(error.status, error.errorCode, error.message);
      }
      if (error instanceof MalformedJsonError) return fail(400, 'VALIDATION_ERROR', error.message);
      return fail(500, 'INTERNAL_ERROR', error instanceof Error ? error.message : String(error));
    },
    onUnmatched: ({ method, path }, allowed) =>
      allowed.length === 0
        ? fail(404, 'NOT_FOUND', `There is no ${path}`)
        : fail(405, 'METHOD_NOT_ALLOWED', `${path} does not know ${method}`),
    faultResponse: (status) => fail(status, errorCodeOf(status), 'Injected fault'),
    namedFaults: {
      'expired-token': {
        appliesTo: ({ headers }) => headers.authorization !== undefined,
        inject({ headers }) {
          tokens.revoke(headers.authorization);
          return undefined;
        },
      },
      'repeated-cursor': {
        appliesTo: ({ method, query }) => method === 'GET' && query.has('cursor'),
        async inject({ query }, _effect, answer) {
          const { body, ...rest } = await answer();
          return { ...rest, body: { ...(body as object), next_cursor: query.get('cursor') } };
        },
      },
    },
    state: { ...state },
    actions: actions as unknown as Record<string, SandboxAction>,
    onClose: () => webhooks.close(),
  });

  return {
    ...sandbox,
    state,
    actions,
    webhooksIdle: async () => webhooks.sender?.idle(),
    settings: {
      common_api_base_url: sandbox.url,
      client_id: clientId,
      client_secret: clientSecret,
      company_id: companyId,
    },
  };
}
