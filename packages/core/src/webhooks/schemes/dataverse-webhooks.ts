import type { JsonValue } from '../../contract/json.ts';
import { instantOf, isObject, readJson, textOf } from '../read-payload.ts';
import type { SharedSecrets } from '../shared-secrets.ts';
import { forged, malformed, type WebhookScheme } from '../webhook-scheme.ts';
import { hasCredential, type SharedCredential } from './shared-credential.ts';

/** As the service endpoint was registered: a key (`WebhookKey`), a header, or a query parameter. */
export type DataverseWebhooksOptions = SharedCredential | { readonly keys: SharedSecrets };

/**
 * Webhooks of Dataverse (Dynamics 365): the execution context of a plug-in step as JSON. The key
 * proves the sender, there is no signature of the body. Bodies over 256 KB come without the record
 * (`x-ms-dynamics-msg-size-exceeded`): read it back.
 */
export function dataverseWebhooks(options: DataverseWebhooksOptions): WebhookScheme {
  const credential: SharedCredential =
    'keys' in options ? { query: 'code', values: options.keys } : options;
  return {
    name: 'dataverse',
    async verify(request) {
      if (!(await hasCredential(request, credential))) {
        const where =
          credential.header === undefined
            ? `parameter ${credential.query}`
            : `header ${credential.header}`;
        return forged(
          `The ${where} does not hold the value of the service endpoint. Compare it with the registration in the plug-in registration tool.`,
        );
      }
      const context = readJson(request);
      if (!isObject(context)) return malformed('The body is no execution context.');
      const message = textOf(context.MessageName) ?? 'unknown';
      const entity = textOf(context.PrimaryEntityName);
      const key = textOf(context.PrimaryEntityId);
      const parts = ['CorrelationId', 'OperationId', 'OperationCreatedOn', 'Depth'].map(
        (name) => context[name] ?? null,
      );
      return {
        kind: 'verified',
        events: [
          {
            id: JSON.stringify([...parts, message, entity ?? null, key ?? null]),
            type: message,
            entity,
            key,
            op: message === 'Delete' ? 'delete' : 'upsert',
            tenant: textOf(context.OrganizationId),
            occurredAt: dateOf(context.OperationCreatedOn),
            data: context,
          },
        ],
      };
    },
  };
}

/** `/Date(1700000000000)/` or `/Date(1700000000000+0000)/`. */
function dateOf(value: JsonValue | undefined): string | undefined {
  const ticks = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(textOf(value) ?? '')?.[1];
  return instantOf(ticks === undefined ? value : Number(ticks));
}
