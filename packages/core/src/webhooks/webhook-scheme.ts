import type { CallOptions } from '../contract/call-options.ts';
import type { Clock } from '../contract/clock.ts';
import type {
  ConnectorEvent,
  WebhookReceipt,
  WebhookRequest,
} from '../contract/connector-event.ts';

/** What a scheme found out about a request. */
export type WebhookVerdict =
  /** It is genuine. `response` where the vendor wants another one than an empty 200. */
  | {
      readonly kind: 'verified';
      readonly events: readonly ConnectorEvent[];
      readonly response?: WebhookReceipt['response'] | undefined;
    }
  /** A handshake that brings no events. */
  | { readonly kind: 'handshake'; readonly response: WebhookReceipt['response'] }
  /** `reason` goes to the log: what was wrong and what to look at. Never holds a secret. */
  | { readonly kind: 'refused'; readonly status: 400 | 401; readonly reason: string };

/** How a vendor proves that a request is its own, and what its requests say. */
export interface WebhookScheme {
  /** For example `standard-webhooks`. */
  readonly name: string;
  /** @throws ConnectorError `ERR_CONFIGURATION` when a secret cannot be used */
  verify(
    request: WebhookRequest,
    context: CallOptions & { readonly clock: Clock },
  ): Promise<WebhookVerdict>;
}

/** The request is not genuine. */
export function forged(reason: string): WebhookVerdict {
  return { kind: 'refused', status: 401, reason };
}

/** The request is genuine, or could be, but cannot be read. */
export function malformed(reason: string): WebhookVerdict {
  return { kind: 'refused', status: 400, reason };
}
