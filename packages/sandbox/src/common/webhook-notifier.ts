import type { SandboxClock } from '../toolkit/sandbox-clock.ts';
import type { SeededRandom } from '../toolkit/seeded-random.ts';
import { signStandardWebhook } from '../toolkit/standard-webhook.ts';
import {
  createWebhookSender,
  type WebhookDelivery,
  type WebhookSender,
  type WebhookSenderOptions,
} from '../toolkit/webhook-sender.ts';
import type { CommonUpdate } from './erp-update.ts';
import type { CommonPurchaseOrder } from './purchase-order.ts';

/** Where webhooks go. */
export interface CommonWebhook
  extends Pick<WebhookSenderOptions, 'sleep' | 'ladderMs' | 'retryScale' | 'timeoutMs'> {
  readonly url: string;
  /** `whsec_…` */
  readonly secret: string;
}

export interface WebhookNotifier {
  /** Replaces or ends the webhook; deliveries under way end. */
  configure(webhook: CommonWebhook | undefined): void;
  notify(update: CommonUpdate, order: CommonPurchaseOrder): void;
  test(): Promise<{ readonly delivered: boolean; readonly status_code: number | null }>;
  /** The sender of the webhook that is set now. */
  readonly sender: WebhookSender | undefined;
  close(): void;
}

export interface WebhookNotifierOptions {
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  /** A delivery ended; its id is the update's. */
  readonly onEnd: (delivery: WebhookDelivery) => void;
}

// "200 OK means processed": anything else, 202 and 204 too, is tried again.
const isProcessed = (status: number): boolean => status === 200;

export function createWebhookNotifier(options: WebhookNotifierOptions): WebhookNotifier {
  const { clock, random, onEnd } = options;
  let sender: WebhookSender | undefined;

  return {
    configure(webhook) {
      sender?.close();
      if (!webhook) {
        sender = undefined;
        return;
      }
      const { secret, ...rest } = webhook;
      sender = createWebhookSender({
        ...rest,
        sign: (message) => signStandardWebhook(message, secret),
        now: clock.now,
        isDelivered: isProcessed,
        onEnd,
      });
    },
    notify(update, order) {
      const { update_id, type, occurred_at } = update;
      const body = JSON.stringify({ update_id, type, occurred_at, purchase_order: order });
      sender?.send({ id: update_id, body });
    },
    async test() {
      const body = JSON.stringify({ type: 'webhook.test', occurred_at: clock.iso() });
      const attempt = await sender?.ping({ id: `test_${random.uuid()}`, body });
      const status = attempt?.status;
      return {
        delivered: status !== undefined && isProcessed(status),
        status_code: status ?? null,
      };
    },
    get sender() {
      return sender;
    },
    close: () => sender?.close(),
  };
}
