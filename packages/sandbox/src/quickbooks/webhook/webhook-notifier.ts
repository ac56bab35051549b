import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { SandboxClock } from '../../toolkit/sandbox-clock.ts';
import type { SeededRandom } from '../../toolkit/seeded-random.ts';
import {
  createWebhookSender,
  type WebhookDelivery,
  type WebhookSender,
  type WebhookSenderOptions,
} from '../../toolkit/webhook-sender.ts';
import type { VendorTime } from '../model/vendor-time.ts';
import { type WebhookEvent, type WebhookFormat, webhookBody } from './webhook-event.ts';

/** Where webhooks go: one address for all companies. */
export interface QuickbooksWebhook
  extends Pick<WebhookSenderOptions, 'sleep' | 'ladderMs' | 'retryScale' | 'timeoutMs'> {
  readonly url: string;
  /** @default 'sandbox-verifier-token' */
  readonly verifierToken?: string | undefined;
  /** @default 'cloud-events' */
  readonly format?: WebhookFormat | undefined;
}

export interface WebhookNotifier {
  /** Replaces or ends the webhook; deliveries under way end. */
  configure(webhook: QuickbooksWebhook | undefined): void;
  notify(event: Omit<WebhookEvent, 'id'>): void;
  hold(): void;
  release(how: { readonly order: 'sent' | 'reversed'; readonly isTogether: boolean }): void;
  redeliver(deliveryId: string): void;
  readonly deliveries: readonly WebhookDelivery[];
  /** Resolves when nothing is under way; never while a retry waits for a clock that stands still. */
  idle(): Promise<void>;
  close(): void;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
// Sources: quickbooks facts 2.9. "Every six hours" is ended after three days.
const ladderMs: readonly number[] = [
  10 * second,
  20 * second,
  30 * second,
  5 * minute,
  20 * minute,
  2 * hour,
  4 * hour,
  ...Array<number>(12).fill(6 * hour),
];
const answerWithinMs = 3_000;
const clockLookMs = 5;

export const defaultVerifierToken = 'sandbox-verifier-token';

/** Base64 of the HMAC-SHA256 of the body as it is sent. */
const signWebhook = (body: string, verifierToken: string): string =>
  createHmac('sha256', verifierToken).update(body).digest('base64');

export function createWebhookNotifier(options: {
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  readonly time: VendorTime;
}): WebhookNotifier {
  const { clock, random, time } = options;
  let sender: WebhookSender | undefined;
  let format: WebhookFormat = 'cloud-events';
  let waiting: WebhookEvent[] = [];
  let isHeld = false;
  let isTogether = true;
  let isScheduled = false;
  /** Of the delivery that the later ones wait for. */
  let current: string | undefined;

  // The ladder is climbed by the sandbox's clock, however that is moved.
  const sleepOnClock = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
    const until = clock.now() + milliseconds;
    while (clock.now() < until) await wait(clockLookMs, undefined, { signal, ref: false });
  };

  const pump = (): void => {
    isScheduled = false;
    if (!sender || current !== undefined || isHeld || waiting.length === 0) return;
    const events = waiting.splice(0, isTogether ? waiting.length : 1);
    if (waiting.length === 0) isTogether = true;
    current = `delivery-${random.uuid()}`;
    sender.send({ id: current, body: webhookBody(events, format, time) });
  };
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    // What one call changes is told in one POST.
    setImmediate(pump);
  };

  return {
    configure(webhook) {
      sender?.close();
      current = undefined;
      sender = undefined;
      if (!webhook) return;
      const { verifierToken = defaultVerifierToken, format: wanted, ...rest } = webhook;
      format = wanted ?? 'cloud-events';
      sender = createWebhookSender({
        timeoutMs: answerWithinMs,
        ladderMs,
        sleep: sleepOnClock,
        ...rest,
        sign: ({ body }) => ({ 'intuit-signature': signWebhook(body, verifierToken) }),
        now: clock.now,
        isDelivered: (status) => status === 200,
        onEnd({ id }) {
          if (id !== current) return;
          current = undefined;
          schedule();
        },
      });
      schedule();
    },
    notify(event) {
      if (!sender) return;
      waiting.push({ id: random.uuid(), ...event });
      schedule();
    },
    hold() {
      isHeld = true;
    },
    release(how) {
      isHeld = false;
      isTogether = how.isTogether;
      if (how.order === 'reversed') waiting = waiting.reverse();
      schedule();
    },
    redeliver(deliveryId) {
      sender?.redeliver(deliveryId);
    },
    get deliveries() {
      return sender?.deliveries ?? [];
    },
    async idle() {
      while (isScheduled || current !== undefined) {
        await new Promise((resolve) => setImmediate(resolve));
        await sender?.idle();
      }
      await sender?.idle();
    },
    close() {
      sender?.close();
      current = undefined;
    },
  };
}
