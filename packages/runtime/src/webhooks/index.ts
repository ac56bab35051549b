/**
 * Webhooks that survive: an inbox for what vendors send, an outbox for what subscribers get.
 *
 * ```ts
 * import { nodeHandler } from '@common/connector-core/webhooks';
 * import { createWebhookInbox } from '@common/connector-runtime/webhooks';
 *
 * const inbox = createWebhookInbox({ store, engine, handle: async (event) => work(event) });
 * inbox.start();
 * createServer(nodeHandler({ receive, store: inbox.storeFor({ tenant: 'acme', scope: 'acme/shop' }) }));
 * ```
 *
 * @module
 */
export type { InboxEvent, InboxKey } from './inbox-rows.ts';
export type { Delivery, DeliveryKey, EndpointKey, WebhookEndpoint } from './outbox-rows.ts';
export { standardWaitsMs } from './retry-ladder.ts';
export {
  createWebhookInbox,
  type InboxPlace,
  type WebhookInbox,
  type WebhookInboxOptions,
} from './webhook-inbox.ts';
export {
  createWebhookOutbox,
  type NewEndpoint,
  type OutboxMessage,
  type WebhookOutbox,
  type WebhookOutboxOptions,
} from './webhook-outbox.ts';
