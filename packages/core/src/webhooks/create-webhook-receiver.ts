import { systemClock } from '../clock/system-clock.ts';
import type { CallOptions } from '../contract/call-options.ts';
import type { Clock } from '../contract/clock.ts';
import type { WebhookReceipt, WebhookRequest } from '../contract/connector-event.ts';
import type { Logger } from '../contract/logger.ts';
import { redact } from '../errors/redact.ts';
import { addressList } from '../network/address-list.ts';
import type { DeliveryLog } from './delivery-log.ts';
import { memoryDeliveryLog } from './memory-delivery-log.ts';
import type { WebhookScheme } from './webhook-scheme.ts';

export interface WebhookReceiverOptions {
  /** How the vendor proves itself, for example `standardWebhooks({ secrets })`. */
  readonly scheme: WebhookScheme;
  /**
   * Where ids of events are remembered. Give a durable one, or a delivery that is repeated after a
   * restart is taken for a new one.
   * @default in memory
   */
  readonly deliveries?: DeliveryLog | undefined;
  /**
   * Separates endpoints in the log: give each tenant's endpoint its own.
   * @default the name of the scheme
   */
  readonly scope?: string | undefined;
  /**
   * Larger bodies are refused with 413.
   * @default 1_048_576 (1 MiB)
   */
  readonly maxBytes?: number | undefined;
  /**
   * Addresses and networks that may send, for example `['203.0.113.0/24']`; others get 403. Needs
   * `remoteAddress` on the request.
   * @default any
   */
  readonly allowFrom?: readonly string[] | undefined;
  /**
   * How long the app may take to make events safe; then a repeated delivery brings them again.
   * @default 60_000
   */
  readonly claimMs?: number | undefined;
  /**
   * How long ids are remembered. Vendors repeat deliveries for days.
   * @default 30 days
   */
  readonly rememberMs?: number | undefined;
  readonly clock?: Clock | undefined;
  /** Is told why requests were refused. @default silent */
  readonly logger?: Logger | undefined;
}

/** Verifies a request. A connector hands it out as `receiveWebhook`. */
export type WebhookReceiver = (
  request: WebhookRequest,
  options?: CallOptions,
) => Promise<WebhookReceipt>;

/**
 * Makes the receiver of one endpoint: verifies, leaves out events that were already taken in, and
 * says what to answer. It never throws: what is wrong with a request is in the answer's status, why is
 * in the log. Events that two deliveries bring at the same time are taken by one, the other is
 * answered 503 and repeated by the vendor.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when `allowFrom` has something that is no address
 */
export function createWebhookReceiver(options: WebhookReceiverOptions): WebhookReceiver {
  const { scheme, clock = systemClock, logger } = options;
  const { deliveries = memoryDeliveryLog(), scope = scheme.name } = options;
  const { maxBytes = 1024 * 1024, claimMs = 60_000, rememberMs = 30 * 86_400_000 } = options;

  const senders =
    options.allowFrom === undefined ? undefined : addressList(options.allowFrom, 'allowFrom');

  const refuse = (status: number, reason: string): WebhookReceipt => {
    logger?.warn('A webhook was refused.', { scheme: scheme.name, status, reason });
    return { response: { status }, events: [] };
  };

  const receive: WebhookReceiver = async (request, { signal, correlationId } = {}) => {
    if (senders?.includes(request.remoteAddress ?? '') === false) {
      return refuse(
        403,
        `The address ${request.remoteAddress ?? '(unknown)'} is not in allowFrom.`,
      );
    }
    if (request.body.byteLength > maxBytes) {
      return refuse(413, `The body has ${request.body.byteLength} bytes, ${maxBytes} are allowed.`);
    }
    const verdict = await scheme.verify(request, { clock, signal, correlationId });
    if (verdict.kind === 'refused') return refuse(verdict.status, verdict.reason);
    if (verdict.kind === 'handshake') return { response: verdict.response, events: [] };

    const response = verdict.response ?? { status: 200 };
    const byId = new Map(verdict.events.map((event) => [event.id, event]));
    const ids = [...byId.keys()];
    const now = clock.now();
    const states = await deliveries.claim({ scope, ids, now, until: now + claimMs }, { signal });
    if (states.includes('pending')) {
      const headers = { 'retry-after': String(Math.ceil(claimMs / 1000)) };
      return { response: { status: 503, headers }, events: [] };
    }
    const claimed = ids.filter((_, index) => states[index] === 'new');
    const events = [...byId.values()].filter((_, index) => states[index] === 'new');
    if (events.length === 0) return { response, events };
    return {
      response,
      events,
      acknowledge: (call) =>
        deliveries.confirm({ scope, ids: claimed, until: clock.now() + rememberMs }, call),
      release: (call) => deliveries.release({ scope, ids: claimed }, call),
    };
  };

  return async (request, call) => {
    try {
      return await receive(request, call);
    } catch (error) {
      // The vendor is to send it again: a log or a vault that is down loses nothing.
      const reason = error instanceof Error ? redact(error.message) : 'unknown';
      logger?.error('A webhook could not be looked at.', { scheme: scheme.name, reason });
      return { response: { status: 503 }, events: [] };
    }
  };
}
