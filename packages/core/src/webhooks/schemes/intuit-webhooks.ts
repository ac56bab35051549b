import type { ConnectorEvent } from '../../contract/connector-event.ts';
import type { JsonValue } from '../../contract/json.ts';
import { hmacSha256 } from '../../crypto/hmac.ts';
import { type CloudEvent, fromCloudEvent, readCloudEventsOfBody } from '../cloud-events.ts';
import { instantOf, isObject, objectsOf, readJson, textOf } from '../read-payload.ts';
import { isOneOf, readSecrets, type SharedSecrets } from '../shared-secrets.ts';
import { forged, malformed, type WebhookScheme } from '../webhook-scheme.ts';

export interface IntuitWebhooksOptions {
  /** "Verifier token" of the app's webhooks page. */
  readonly verifierTokens: SharedSecrets;
}

/**
 * Notifications of QuickBooks Online. `intuit-signature` is the base64 HMAC-SHA256 of the raw body.
 * Reads CloudEvents (the only form since 2026-07-31) and the form of before. One request may bring
 * events of several companies: each event's `tenant` is its realm id. `entity` is Intuit's own name,
 * such as `Customer`; CloudEvents have it in lower case. Intuit wants a 200 within 3 s and holds
 * later events back until it got one.
 */
export function intuitWebhooks(options: IntuitWebhooksOptions): WebhookScheme {
  const { verifierTokens } = options;
  return {
    name: 'intuit',
    async verify(request) {
      const tokens = await readSecrets(verifierTokens, 'verifierTokens');
      const expected = tokens.map((token) => hmacSha256(token, request.body).toString('base64'));
      if (!isOneOf(request.headers['intuit-signature'] ?? '', expected)) {
        return forged(
          'The header intuit-signature does not fit. Check that the verifier token is that of this app and of this environment (production and sandbox differ), and that the raw body arrives unchanged.',
        );
      }
      const cloudEvents = readCloudEventsOfBody(request);
      if (cloudEvents !== undefined) {
        return { kind: 'verified', events: cloudEvents.map(readCloudEvent) };
      }
      const payload = readJson(request);
      if (!isObject(payload) || !Array.isArray(payload.eventNotifications)) {
        return malformed('The body holds neither CloudEvents nor eventNotifications.');
      }
      return {
        kind: 'verified',
        events: objectsOf(payload.eventNotifications).flatMap(readNotification),
      };
    },
  };
}

/** `type` is `qbo.<entity>.<operation>.v1`. */
function readCloudEvent(event: CloudEvent): ConnectorEvent {
  const [, entity, operation = ''] = (textOf(event.type) ?? '').split('.');
  return {
    ...fromCloudEvent(event),
    entity,
    key: textOf(event.intuitentityid),
    op: opOf(operation),
    tenant: textOf(event.intuitaccountid),
  };
}

function readNotification(notification: {
  readonly [member: string]: JsonValue;
}): ConnectorEvent[] {
  const tenant = textOf(notification.realmId);
  const change = notification.dataChangeEvent;
  return objectsOf(isObject(change) ? change.entities : undefined).map((entity) => {
    const { name, id, operation, lastUpdated } = entity;
    return {
      // Notifications of this form have no id of their own.
      id: JSON.stringify([
        tenant ?? null,
        name ?? null,
        id ?? null,
        operation ?? null,
        lastUpdated ?? null,
      ]),
      type: `${textOf(name) ?? 'unknown'}.${textOf(operation) ?? 'unknown'}`,
      entity: textOf(name),
      key: textOf(id),
      op: opOf(textOf(operation) ?? ''),
      tenant,
      occurredAt: instantOf(lastUpdated),
      data: entity,
    };
  });
}

function opOf(operation: string): 'upsert' | 'delete' {
  return /^deleted?$/i.test(operation) ? 'delete' : 'upsert';
}
