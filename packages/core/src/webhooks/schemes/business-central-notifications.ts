import type { ConnectorEvent } from '../../contract/connector-event.ts';
import type { JsonValue } from '../../contract/json.ts';
import { instantOf, isObject, objectsOf, queryOf, readJson, textOf } from '../read-payload.ts';
import { isOneOf, readSecrets, type SharedSecrets } from '../shared-secrets.ts';
import { forged, malformed, type WebhookScheme } from '../webhook-scheme.ts';

export interface BusinessCentralNotificationsOptions {
  /** What was given as `clientState` when the subscriptions were made: their only secret. */
  readonly clientStates: SharedSecrets;
}

/** Longer ones are no tokens of Business Central. */
const longestToken = 4096;

/**
 * Change notifications of Dynamics 365 Business Central. The handshake (`?validationToken=`, repeated
 * at every renewal of a subscription, which lives 3 days) is answered. A notification names a record
 * or, with `changeType` `collection`, a whole entity: then `key` is absent and the changes have to be
 * read. `tenant` is the company's id. Business Central repeats a notification only after 408, 429 and
 * 5xx, and removes the subscription after any other failure.
 */
export function businessCentralNotifications(
  options: BusinessCentralNotificationsOptions,
): WebhookScheme {
  const { clientStates } = options;
  return {
    name: 'business-central',
    async verify(request) {
      const token = queryOf(request).get('validationToken');
      if (token !== null) {
        if (token.length > longestToken) return malformed('The validation token is too long.');
        // Plain text that no browser takes for a page: anybody may send a token.
        const headers = { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' };
        return { kind: 'handshake', response: { status: 200, headers, body: token } };
      }
      const payload = readJson(request);
      if (!isObject(payload) || !Array.isArray(payload.value)) {
        return malformed('The body holds no list of notifications.');
      }
      const notifications = objectsOf(payload.value);
      const known = await readSecrets(clientStates, 'clientStates');
      const isGenuine = notifications.map(({ clientState }) =>
        isOneOf(textOf(clientState) ?? '', known),
      );
      if (notifications.length === 0 || isGenuine.includes(false)) {
        return forged(
          'The clientState of a notification is not the one that the subscription was made with.',
        );
      }
      return { kind: 'verified', events: notifications.map(readNotification) };
    },
  };
}

function readNotification(notification: { readonly [member: string]: JsonValue }): ConnectorEvent {
  const { clientState: _secret, ...data } = notification;
  const resource = textOf(data.resource) ?? '';
  const changeType = textOf(data.changeType) ?? 'updated';
  const company = /\/companies\(([^)]+)\)/i.exec(resource)?.[1];
  const [, entity, key] = /\/([A-Za-z]+)(?:\(([^)]+)\))?(?:\?|$)/.exec(resource) ?? [];
  return {
    id: [data.subscriptionId, resource, data.lastModifiedDateTime, changeType].join(' '),
    type: changeType,
    entity,
    key: changeType === 'collection' ? undefined : key,
    op: changeType === 'deleted' ? 'delete' : 'upsert',
    tenant: company,
    occurredAt: instantOf(data.lastModifiedDateTime),
    data,
  };
}
