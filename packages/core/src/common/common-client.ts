import type { CallOptions } from '../contract/call-options.ts';
import type { ConnectorHealth } from '../contract/connector-health.ts';
import type {
  CommonAmendmentDecision,
  CommonAmendmentProposal,
  CommonBusinessRelationshipFilter,
  CommonCompanyFilter,
  CommonPendingUpdateFilter,
  CommonPurchaseOrderFilter,
  CommonPurchaseOrderInput,
  CommonSupplierInvitation,
} from './common-inputs.ts';
import type { CommonPage } from './common-page.ts';
import type {
  CommonAcknowledgement,
  CommonBusinessRelationship,
  CommonCompany,
  CommonPendingUpdate,
  CommonPurchaseOrder,
  CommonSyncStatus,
  CommonToken,
  CommonWebhookTest,
} from './common-wire.ts';

/** Options of calls that change something. */
export interface CommonWriteOptions extends CallOptions {
  /**
   * The same key with the same body has an effect once; with another body it is a conflict.
   * @default a random UUID per call, so that retries within the call are safe
   */
  readonly idempotencyKey?: string | undefined;
}

/**
 * The Common API, all of it, with its own names. Every call passes the connection's limits, retries
 * and sign-in, takes a `signal`, and throws `ConnectorError`.
 *
 * Every list is there twice: `list` answers one page, `pages` iterates over all of them.
 */
export interface CommonClient {
  readonly auth: {
    /** `POST /auth/login` with the client's credentials. Calls sign in by themselves; this is for tests of a connection. */
    login(options?: CallOptions): Promise<CommonToken>;
    /** `POST /auth/refresh` */
    refresh(input: { readonly refreshToken: string }, options?: CallOptions): Promise<CommonToken>;
  };
  readonly purchaseOrders: {
    /** `POST /purchase-orders` */
    create(
      order: CommonPurchaseOrderInput,
      options?: CommonWriteOptions,
    ): Promise<CommonPurchaseOrder>;
    /** `GET /purchase-orders` */
    list(
      filter?: CommonPurchaseOrderFilter,
      options?: CallOptions,
    ): Promise<CommonPage<CommonPurchaseOrder>>;
    pages(
      filter?: CommonPurchaseOrderFilter,
      options?: CallOptions,
    ): AsyncIterable<CommonPage<CommonPurchaseOrder>>;
    /** `GET /purchase-orders/{id}`; `undefined` when there is none. */
    get(id: string, options?: CallOptions): Promise<CommonPurchaseOrder | undefined>;
    /** `PUT /purchase-orders/{id}`; absent fields stay as they are. */
    update(
      id: string,
      change: Partial<CommonPurchaseOrderInput>,
      options?: CommonWriteOptions,
    ): Promise<CommonPurchaseOrder>;
    /** `POST /purchase-orders/{id}/seller-confirm` */
    sellerConfirm(id: string, options?: CommonWriteOptions): Promise<CommonPurchaseOrder>;
    /** `PUT /purchase-orders/{id}/propose-changes` */
    proposeChanges(
      id: string,
      proposal: CommonAmendmentProposal,
      options?: CommonWriteOptions,
    ): Promise<CommonPurchaseOrder>;
    /** `PUT /purchase-orders/{id}/approve-changes`; with `approve: false` it rejects. */
    approveChanges(
      id: string,
      decision: CommonAmendmentDecision,
      options?: CommonWriteOptions,
    ): Promise<CommonPurchaseOrder>;
  };
  readonly erpSync: {
    /** `GET /erp-sync/status` */
    status(options?: CallOptions): Promise<CommonSyncStatus>;
    /** `GET /erp-sync/pending-updates`, in the order in which they occurred. */
    pendingUpdates(
      filter?: CommonPendingUpdateFilter,
      options?: CallOptions,
    ): Promise<CommonPage<CommonPendingUpdate>>;
    pendingUpdatePages(
      filter?: CommonPendingUpdateFilter,
      options?: CallOptions,
    ): AsyncIterable<CommonPage<CommonPendingUpdate>>;
    /** `POST /erp-sync/acknowledge`; twice is harmless. */
    acknowledge(
      updateIds: readonly string[],
      options?: CallOptions,
    ): Promise<CommonAcknowledgement>;
    /** `POST /erp-sync/webhook-test` */
    webhookTest(options?: CallOptions): Promise<CommonWebhookTest>;
  };
  readonly companies: {
    /** `GET /companies` */
    list(filter?: CommonCompanyFilter, options?: CallOptions): Promise<CommonPage<CommonCompany>>;
    pages(
      filter?: CommonCompanyFilter,
      options?: CallOptions,
    ): AsyncIterable<CommonPage<CommonCompany>>;
  };
  readonly businessRelationships: {
    /** `GET /business-relationships` */
    list(
      filter?: CommonBusinessRelationshipFilter,
      options?: CallOptions,
    ): Promise<CommonPage<CommonBusinessRelationship>>;
    pages(
      filter?: CommonBusinessRelationshipFilter,
      options?: CallOptions,
    ): AsyncIterable<CommonPage<CommonBusinessRelationship>>;
    /** `POST /business-relationships/invite-supplier` */
    inviteSupplier(
      invitation: CommonSupplierInvitation,
      options?: CommonWriteOptions,
    ): Promise<CommonBusinessRelationship>;
  };
  /** How its calls have been doing. Costs no request. */
  health(): ConnectorHealth;
  /** Aborts what is under way and closes the sockets. */
  close(): Promise<void>;
}
