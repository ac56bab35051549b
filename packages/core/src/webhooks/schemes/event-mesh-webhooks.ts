import type { WebhookRequest } from '../../contract/connector-event.ts';
import { fromCloudEvent, readCloudEvents } from '../cloud-events.ts';
import { forged, malformed, type WebhookScheme } from '../webhook-scheme.ts';
import { hasCredential, type SharedCredential } from './shared-credential.ts';

export interface EventMeshWebhooksOptions {
  /**
   * How the subscription signs in to us: a fixed header (`Basic …`, an API key), or a function that
   * verifies the bearer token of an OAuth subscription.
   */
  readonly authentication:
    | SharedCredential
    | ((request: WebhookRequest) => boolean | Promise<boolean>);
  /**
   * Values of `WebHook-Request-Origin` that may subscribe.
   * @default any
   */
  readonly allowedOrigins?: readonly string[] | undefined;
}

/**
 * Webhook subscriptions of SAP Event Mesh. The handshake (`OPTIONS` with `WebHook-Request-Origin`) is
 * answered; it has to sign in too. Deliveries are CloudEvents that only name the object: read it back,
 * and expect that it is gone or older than the event. A queue stalls after 18 unacknowledged ones.
 */
export function eventMeshWebhooks(options: EventMeshWebhooksOptions): WebhookScheme {
  const { authentication, allowedOrigins } = options;
  return {
    name: 'event-mesh',
    async verify(request) {
      const isKnown =
        typeof authentication === 'function'
          ? await authentication(request)
          : await hasCredential(request, authentication);
      if (!isKnown) {
        return forged(
          'The request does not sign in as the subscription was set up. Compare the authentication of the webhook subscription in Event Mesh.',
        );
      }
      if (request.method === 'OPTIONS') {
        const origin = request.headers['webhook-request-origin'];
        if (origin === undefined) return malformed('The header webhook-request-origin is missing.');
        if (allowedOrigins !== undefined && !allowedOrigins.includes(origin)) {
          return forged('The origin of the handshake is not one of allowedOrigins.');
        }
        const headers = { 'webhook-allowed-origin': origin };
        return { kind: 'handshake', response: { status: 200, headers } };
      }
      const events = readCloudEvents(request);
      if (events === undefined) return malformed('The body holds no CloudEvent.');
      return { kind: 'verified', events: events.map(fromCloudEvent) };
    },
  };
}
