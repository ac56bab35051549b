import type { Clock } from '../contract/clock.ts';
import type { ConnectorEvent } from '../contract/connector-event.ts';
import type { JsonValue } from '../contract/json.ts';
import type { Logger } from '../contract/logger.ts';
import {
  createWebhookReceiver,
  type WebhookReceiver,
} from '../webhooks/create-webhook-receiver.ts';
import type { DeliveryLog } from '../webhooks/delivery-log.ts';
import { isObject, textOf } from '../webhooks/read-payload.ts';
import { standardWebhooks } from '../webhooks/schemes/standard-webhooks.ts';
import type { SharedSecrets } from '../webhooks/shared-secrets.ts';

/** How Common's webhooks come in. */
export interface CommonWebhookOptions {
  /** `whsec_…` from Common's settings page; several while it is being changed. */
  readonly secrets: SharedSecrets;
  /**
   * Where delivered updates are remembered.
   * @default in memory
   */
  readonly deliveries?: DeliveryLog | undefined;
}

/**
 * Receives Common's webhooks (Standard Webhooks). An event names the order or its amendment; its
 * update stays pending at Common until `changes` acknowledges it, so a webhook is a call to read
 * the changes, and none that gets lost loses one.
 */
export function receiveCommonWebhooks(
  { secrets, deliveries }: CommonWebhookOptions,
  pipeline: { readonly clock: Clock; readonly logger?: Logger | undefined },
): WebhookReceiver {
  const receive = createWebhookReceiver({
    scheme: standardWebhooks({ secrets }),
    scope: 'common',
    deliveries,
    ...pipeline,
  });
  return async (request, options) => {
    const receipt = await receive(request, options);
    return { ...receipt, events: receipt.events.map(readUpdate) };
  };
}

function readUpdate(event: ConnectorEvent): ConnectorEvent {
  const { purchase_order: order, occurred_at: occurredAt }: { readonly [name: string]: JsonValue } =
    isObject(event.data) ? event.data : {};
  const [subject] = event.type.split('.');
  const entities: Readonly<Record<string, string>> = {
    purchase_order: 'purchaseOrder',
    amendment: 'amendment',
  };
  return {
    ...event,
    entity: entities[subject ?? ''],
    key: isObject(order) ? textOf(order.id) : undefined,
    op: entities[subject ?? ''] === undefined ? undefined : 'upsert',
    occurredAt: textOf(occurredAt),
  };
}
