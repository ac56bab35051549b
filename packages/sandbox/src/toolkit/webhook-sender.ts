import { setTimeout as wait } from 'node:timers/promises';
import type { SignedMessage } from './standard-webhook.ts';

/** One try to deliver. */
export interface WebhookAttempt {
  /** ISO instant of the sender's clock. */
  readonly at: string;
  /** Absent when no answer came. */
  readonly status?: number | undefined;
  /** Why no answer came. */
  readonly error?: string | undefined;
}

export interface WebhookDelivery {
  readonly id: string;
  readonly url: string;
  readonly body: string;
  readonly state: 'pending' | 'delivered' | 'failed';
  readonly attempts: readonly WebhookAttempt[];
}

export interface WebhookSenderOptions {
  readonly url: string;
  /** Makes the signature headers; called for each attempt, with its time. */
  readonly sign: (message: SignedMessage) => Readonly<Record<string, string>>;
  /** Milliseconds since the epoch, for timestamps. */
  readonly now: () => number;
  /**
   * Waits between attempts; rejects when the signal aborts.
   * @default real time
   */
  readonly sleep?: ((milliseconds: number, signal: AbortSignal) => Promise<unknown>) | undefined;
  /** Waits between attempts. @default 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h */
  readonly ladderMs?: readonly number[] | undefined;
  /** Multiplies the ladder, for example 0.001 for a demo. @default 1 */
  readonly retryScale?: number | undefined;
  /** How long an answer may take. @default 15000 */
  readonly timeoutMs?: number | undefined;
  /** Which status means that the message was taken. @default any 2xx */
  readonly isDelivered?: ((status: number) => boolean) | undefined;
  /** Called when a delivery ends. */
  readonly onEnd?: ((delivery: WebhookDelivery) => void) | undefined;
}

/** Posts events to a URL until they are taken: a redirect is a failure, 410 ends it all. */
export interface WebhookSender {
  /** Starts a delivery; it goes on by itself. */
  send(message: { readonly id: string; readonly body: string }): void;
  /** One attempt, no retry, nothing recorded. */
  ping(message: { readonly id: string; readonly body: string }): Promise<WebhookAttempt>;
  /** Sends a message once more under the same id: the duplicate that real senders produce. */
  redeliver(id: string): void;
  /** Keeps new messages back until `release`. */
  hold(): void;
  /** Sends what was kept back, in order or, as real senders do, out of it. */
  release(order?: 'sent' | 'reversed'): void;
  readonly deliveries: readonly WebhookDelivery[];
  /** The receiver answered 410. */
  readonly isDisabled: boolean;
  /** Resolves when no delivery is under way. */
  idle(): Promise<void>;
  /** Ends pending waits and requests. */
  close(): void;
}

type Delivery = { -readonly [Key in keyof WebhookDelivery]: WebhookDelivery[Key] } & {
  attempts: WebhookAttempt[];
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const defaultLadderMs = [
  5_000,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  10 * hourMs,
];

function readRetryAfterMs(header: string | null, now: number): number {
  if (header === null) return 0;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const until = Date.parse(header);
  return Number.isNaN(until) ? 0 : Math.max(0, until - now);
}

export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const {
    url,
    sign,
    now,
    ladderMs = defaultLadderMs,
    retryScale = 1,
    timeoutMs = 15_000,
  } = options;
  const isDelivered = options.isDelivered ?? ((status) => status >= 200 && status < 300);
  const sleep =
    options.sleep ??
    ((milliseconds, signal) => wait(milliseconds, undefined, { signal, ref: false }));
  const closing = new AbortController();
  const deliveries: Delivery[] = [];
  const underWay = new Set<Promise<void>>();
  let held: Delivery[] | undefined;
  let isDisabled = false;

  const post = async (
    id: string,
    body: string,
  ): Promise<WebhookAttempt & { readonly retryAfterMs: number }> => {
    const at = new Date(now()).toISOString();
    const timestamp = Math.floor(now() / 1_000);
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...sign({ id, timestamp, body }) },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]),
      });
      await answer.arrayBuffer();
      const retryAfterMs = readRetryAfterMs(answer.headers.get('retry-after'), now());
      return { at, status: answer.status, retryAfterMs };
    } catch (error) {
      const { cause, message } = error as Error & { cause?: Error };
      return { at, error: cause?.message ?? message, retryAfterMs: 0 };
    }
  };

  const deliver = async (delivery: Delivery): Promise<void> => {
    for (let attempt = 0; !isDisabled && !closing.signal.aborted; attempt += 1) {
      const { retryAfterMs, ...result } = await post(delivery.id, delivery.body);
      delivery.attempts.push(result);
      if (result.status !== undefined && isDelivered(result.status)) {
        delivery.state = 'delivered';
        options.onEnd?.(delivery);
        return;
      }
      if (result.status === 410) isDisabled = true;
      const stepMs = ladderMs[attempt];
      if (isDisabled || stepMs === undefined) break;
      await sleep(Math.max(stepMs * retryScale, retryAfterMs), closing.signal);
    }
    delivery.state = 'failed';
    options.onEnd?.(delivery);
  };

  const start = (delivery: Delivery): void => {
    // An aborted wait rejects; the delivery then stays pending, as it was.
    const run: Promise<void> = deliver(delivery)
      .catch(() => undefined)
      .finally(() => underWay.delete(run));
    underWay.add(run);
  };

  const send = ({ id, body }: { readonly id: string; readonly body: string }): void => {
    const delivery: Delivery = { id, url, body, state: 'pending', attempts: [] };
    deliveries.push(delivery);
    if (held) held.push(delivery);
    else start(delivery);
  };

  return {
    send,
    async ping({ id, body }) {
      const { retryAfterMs: _, ...attempt } = await post(id, body);
      return attempt;
    },
    redeliver(id) {
      const known = deliveries.find((delivery) => delivery.id === id);
      if (!known) throw new RangeError(`No webhook "${id}" was sent`);
      send(known);
    },
    hold() {
      held ??= [];
    },
    release(order = 'sent') {
      const waiting = held ?? [];
      held = undefined;
      for (const delivery of order === 'sent' ? waiting : waiting.reverse()) start(delivery);
    },
    deliveries,
    get isDisabled() {
      return isDisabled;
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    close: () => closing.abort(),
  };
}
