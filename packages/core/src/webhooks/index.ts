/**
 * Receiving what vendors send: verified over the raw bytes, each event once, answered in time, and
 * acknowledged only when it is safe.
 *
 * ```ts
 * import { createServer } from 'node:http';
 * import { createWebhookReceiver, nodeHandler, standardWebhooks } from '@common/connector-core/webhooks';
 * import { openStore, sqlDeliveryLog } from '@common/connector-runtime';
 *
 * const receive = createWebhookReceiver({
 *   scheme: standardWebhooks({ secrets: () => process.env.WEBHOOK_SECRET ?? '' }),
 *   deliveries: sqlDeliveryLog({ store: openStore({ url: 'state.db' }) }),
 * });
 *
 * createServer(
 *   nodeHandler({
 *     receive,
 *     store: async (events) => inbox.insert(events), // durable; then the vendor gets its 200
 *     process: async (events) => work(events), // after the answer
 *   }),
 * ).listen(8080);
 * ```
 *
 * @module
 */
export type { WebhookAdapterOptions } from './adapters/adapter-options.ts';
export { type FetchHandlerOptions, fetchHandler } from './adapters/fetch-handler.ts';
export {
  type LambdaHttpEvent,
  type LambdaHttpResult,
  lambdaHandler,
} from './adapters/lambda-handler.ts';
export { type NodeHandlerOptions, nodeHandler } from './adapters/node-handler.ts';
export { type CloudEvent, fromCloudEvent, readCloudEvents } from './cloud-events.ts';
export {
  createWebhookReceiver,
  type WebhookReceiver,
  type WebhookReceiverOptions,
} from './create-webhook-receiver.ts';
export type { DeliveryIds, DeliveryLog, DeliveryState } from './delivery-log.ts';
export { type DeliveryLogBehaviour, deliveryLogConformance } from './delivery-log-conformance.ts';
export {
  type HandledWebhook,
  handleWebhook,
  type WebhookHandlerOptions,
} from './handle-webhook.ts';
export { memoryDeliveryLog } from './memory-delivery-log.ts';
export {
  type BusinessCentralNotificationsOptions,
  businessCentralNotifications,
} from './schemes/business-central-notifications.ts';
export { type DataverseWebhooksOptions, dataverseWebhooks } from './schemes/dataverse-webhooks.ts';
export { type EventMeshWebhooksOptions, eventMeshWebhooks } from './schemes/event-mesh-webhooks.ts';
export { type IntuitWebhooksOptions, intuitWebhooks } from './schemes/intuit-webhooks.ts';
export { type JiraWebhooksOptions, jiraWebhooks } from './schemes/jira-webhooks.ts';
export type { SharedCredential } from './schemes/shared-credential.ts';
export { type SlackRequestsOptions, slackRequests } from './schemes/slack-requests.ts';
export { type StandardWebhooksOptions, standardWebhooks } from './schemes/standard-webhooks.ts';
export type { SharedSecrets } from './shared-secrets.ts';
export { forged, malformed, type WebhookScheme, type WebhookVerdict } from './webhook-scheme.ts';
