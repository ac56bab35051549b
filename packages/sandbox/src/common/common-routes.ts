import type { SandboxRoute } from '../toolkit/router.ts';
import type { SandboxRequest } from '../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../toolkit/sandbox-response.ts';
import { invalid } from './common-error.ts';
import type { CompanyDirectory } from './company-directory.ts';
import { updateTypes } from './erp-update.ts';
import { quantityRule, readDecimal } from './fixed-decimal.ts';
import type { IdempotencyStore } from './idempotency-store.ts';
import type { OrderBook } from './order-book.ts';
import { orderFields, readNewOrder, readOrderChange } from './order-input.ts';
import { readPage } from './paging.ts';
import { orderStatuses } from './purchase-order.ts';
import {
  checkQuery,
  type Input,
  readBody,
  readInstant,
  readList,
  readOneOf,
  readOptionalText,
  readText,
  readUuid,
} from './read-input.ts';
import type { Caller, TokenIssuer } from './token-issuer.ts';
import type { UpdateQueue } from './update-queue.ts';
import type { WebhookNotifier } from './webhook-notifier.ts';

/** What the endpoints work on. */
export interface CommonServices {
  readonly tokens: TokenIssuer;
  readonly companies: CompanyDirectory;
  readonly orders: OrderBook;
  readonly updates: UpdateQueue;
  readonly webhooks: WebhookNotifier;
  readonly idempotency: IdempotencyStore;
}

type Handler = (
  request: SandboxRequest,
  caller: Caller,
) => SandboxResponse | Promise<SandboxResponse>;

const ok = (body: unknown): SandboxResponse => ({ status: 200, body });
const maxAcknowledged = 1_000;
const pageParameters = ['page_size', 'cursor'];

function readUpdateIds(input: Input): readonly string[] {
  const ids = input.update_ids;
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string')) {
    throw invalid('update_ids: must be an array of update ids');
  }
  if (ids.length > maxAcknowledged) {
    throw invalid(`update_ids: has more than ${maxAcknowledged} ids`);
  }
  return ids;
}

function readEmail(value: unknown): string {
  const email = readText('email', value);
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) throw invalid('email: must be an e-mail address');
  return email;
}

function readBoolean(field: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw invalid(`${field}: must be true or false`);
  return value;
}

/** The sixteen endpoints. */
export function createCommonRoutes(services: CommonServices): SandboxRoute[] {
  const { tokens, companies, orders, updates, webhooks, idempotency } = services;
  const base = '/api/v1';

  const open = (
    operation: string,
    path: string,
    handler: SandboxRoute['handler'],
  ): SandboxRoute => ({
    method: 'POST',
    path: base + path,
    operation,
    handler,
  });

  const secured = (
    operation: string,
    method: string,
    path: string,
    handler: Handler,
  ): SandboxRoute => ({
    method,
    path: base + path,
    operation,
    handler(request) {
      const caller = tokens.authenticate(request.headers.authorization);
      if (method === 'GET') return handler(request, caller);
      return idempotency.once(request, caller.clientId, () => handler(request, caller));
    },
  });

  const readOrder = (request: SandboxRequest, caller: Caller) =>
    orders.read(request.params.id ?? '', caller.companyId);

  const listOrders: Handler = ({ query }, caller) => {
    const filters = [
      'status',
      'buyer_company_id',
      'seller_company_id',
      'updated_since',
      'po_number',
    ];
    checkQuery(query, [...pageParameters, ...filters]);
    const statuses = readList('status', query.get('status'), orderStatuses);
    const uuid = (name: string): string | undefined =>
      query.has(name) ? readUuid(name, query.get(name)) : undefined;
    const buyerId = uuid('buyer_company_id');
    const sellerId = uuid('seller_company_id');
    const number = query.get('po_number');
    const since = query.get('updated_since');
    return ok(
      readPage({
        query,
        index: orders.byChange,
        from: since === null ? undefined : readInstant('updated_since', since),
        isWanted(id) {
          const order = orders.peek(id);
          return (
            (order.buyer_company_id === caller.companyId ||
              order.seller_company_id === caller.companyId) &&
            (statuses === undefined || statuses.includes(order.status)) &&
            (buyerId === undefined || order.buyer_company_id === buyerId) &&
            (sellerId === undefined || order.seller_company_id === sellerId) &&
            (number === null || order.po_number === number)
          );
        },
        show: orders.show,
      }),
    );
  };

  const propose: Handler = (request, caller) => {
    const fields = ['proposed_quantity', 'proposed_quantity_unit', 'amendment_reason'];
    const input = readBody(request, fields);
    const order = readOrder(request, caller);
    const unit = readOptionalText('proposed_quantity_unit', input.proposed_quantity_unit, 10);
    if (unit !== null && unit !== order.unit) {
      throw invalid(`proposed_quantity_unit: must be the unit of the order, ${order.unit}`);
    }
    return ok(
      orders.propose(order.id, {
        proposedQuantity: readDecimal('proposed_quantity', input.proposed_quantity, quantityRule),
        reason: readOptionalText('amendment_reason', input.amendment_reason, 1_000),
      }),
    );
  };

  const decide: Handler = (request, caller) => {
    const input = readBody(request, ['approve', 'buyer_notes']);
    const approve = readBoolean('approve', input.approve);
    const notes = readOptionalText('buyer_notes', input.buyer_notes, 1_000);
    return ok(orders.decide(readOrder(request, caller).id, approve, notes));
  };

  const listPendingUpdates: Handler = ({ query }, caller) => {
    checkQuery(query, [...pageParameters, 'type']);
    const types = readList('type', query.get('type'), updateTypes);
    return ok(
      readPage({
        query,
        index: updates.pending(caller.companyId),
        isWanted: ({ type }) => types === undefined || types.includes(type),
        show: ({ update_id, type, occurred_at, purchase_order_id }) => ({
          update_id,
          type,
          occurred_at,
          purchase_order: orders.show(purchase_order_id),
        }),
      }),
    );
  };

  const listCompanies: Handler = ({ query }, caller) => {
    checkQuery(query, [...pageParameters, 'company_type', 'external_id']);
    const type = query.has('company_type')
      ? readOneOf('company_type', query.get('company_type'), ['buyer', 'seller'])
      : undefined;
    const externalId = query.get('external_id');
    return ok(
      readPage({
        query,
        index: companies.companies,
        isWanted: (company) =>
          companies.isVisible(company.id, caller.companyId) &&
          (type === undefined || company.company_type === type) &&
          (externalId === null || company.external_id === externalId),
        show: (company) => company,
      }),
    );
  };

  const listRelationships: Handler = ({ query }, caller) => {
    checkQuery(query, [...pageParameters, 'status']);
    const statuses = readList('status', query.get('status'), ['active', 'invited', 'suspended']);
    return ok(
      readPage({
        query,
        index: companies.relationships,
        isWanted: ({ buyer_company_id, seller_company_id, status }) =>
          (buyer_company_id === caller.companyId || seller_company_id === caller.companyId) &&
          (statuses === undefined || statuses.includes(status)),
        show: (relationship) => relationship,
      }),
    );
  };

  const invite: Handler = (request, caller) => {
    const input = readBody(request, ['company_name', 'email', 'external_id']);
    const relationship = companies.invite({
      buyerCompanyId: caller.companyId,
      companyName: readText('company_name', input.company_name),
      email: readEmail(input.email),
      externalId: readOptionalText('external_id', input.external_id, 50),
    });
    return { status: 201, body: relationship };
  };

  return [
    open('login', '/auth/login', (request) => {
      const input = readBody(request, ['client_id', 'client_secret']);
      const clientId = readText('client_id', input.client_id);
      return ok(tokens.login(clientId, readText('client_secret', input.client_secret)));
    }),
    open('refresh', '/auth/refresh', (request) => {
      const input = readBody(request, ['refresh_token']);
      return ok(tokens.refresh(readText('refresh_token', input.refresh_token, 4_096)));
    }),
    secured('createPurchaseOrder', 'POST', '/purchase-orders', (request, caller) => {
      const input = readBody(request, orderFields);
      const order = orders.create(readNewOrder(input, caller.companyId, companies));
      const headers = { location: `${base}/purchase-orders/${order.id}` };
      return { status: 201, headers, body: order };
    }),
    secured('listPurchaseOrders', 'GET', '/purchase-orders', listOrders),
    secured('getPurchaseOrder', 'GET', '/purchase-orders/:id', (request, caller) =>
      ok(readOrder(request, caller)),
    ),
    secured('updatePurchaseOrder', 'PUT', '/purchase-orders/:id', (request, caller) => {
      const input = readBody(request, orderFields);
      const order = readOrder(request, caller);
      return ok(orders.update(order.id, readOrderChange(input, order, companies)));
    }),
    secured('sellerConfirm', 'POST', '/purchase-orders/:id/seller-confirm', (request, caller) => {
      readBody(request, []);
      return ok(orders.confirm(readOrder(request, caller).id));
    }),
    secured('proposeChanges', 'PUT', '/purchase-orders/:id/propose-changes', propose),
    secured('approveChanges', 'PUT', '/purchase-orders/:id/approve-changes', decide),
    secured('getSyncStatus', 'GET', '/erp-sync/status', (_request, caller) =>
      ok(updates.count(caller.companyId)),
    ),
    secured('listPendingUpdates', 'GET', '/erp-sync/pending-updates', listPendingUpdates),
    secured('acknowledgeUpdates', 'POST', '/erp-sync/acknowledge', (request, caller) => {
      const updateIds = readUpdateIds(readBody(request, ['update_ids']));
      return ok({ acknowledged: updates.acknowledge(caller.companyId, updateIds) });
    }),
    secured('testWebhook', 'POST', '/erp-sync/webhook-test', async (request) => {
      readBody(request, []);
      return ok(await webhooks.test());
    }),
    secured('listCompanies', 'GET', '/companies', listCompanies),
    secured('listBusinessRelationships', 'GET', '/business-relationships', listRelationships),
    secured('inviteSupplier', 'POST', '/business-relationships/invite-supplier', invite),
  ];
}
