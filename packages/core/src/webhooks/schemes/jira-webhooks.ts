import { createHash } from 'node:crypto';
import type { ConnectorEvent, WebhookRequest } from '../../contract/connector-event.ts';
import { isCompactJose } from '../../crypto/compact-jose.ts';
import { hmacSha256 } from '../../crypto/hmac.ts';
import { instantOf, isObject, readJson, textOf } from '../read-payload.ts';
import { isOneOf, readSecrets, type SharedSecrets } from '../shared-secrets.ts';
import { forged, malformed, type WebhookScheme, type WebhookVerdict } from '../webhook-scheme.ts';

/** Which of Jira's two kinds of webhooks. */
export type JiraWebhooksOptions =
  /** Registered by an administrator, with a secret. */
  | { readonly secrets: SharedSecrets; readonly clientSecrets?: undefined }
  /** Registered by an OAuth 2 (3LO) app: a JWT signed with the client secret of the app. */
  | { readonly clientSecrets: SharedSecrets; readonly secrets?: undefined };

/**
 * Webhooks of Jira Cloud. Those of an administrator carry `X-Hub-Signature: sha256=`, the hex
 * HMAC-SHA256 of the raw body. Those of an app carry a JWT (HS256) that proves the sender and the
 * time but not the body: read the issue back before you act on one. Their repeated deliveries have the
 * same `X-Atlassian-Webhook-Identifier`. The signature does not cover that header, so a signed event is
 * known by its body: otherwise whoever captured a request could make a new event of it.
 */
export function jiraWebhooks(options: JiraWebhooksOptions): WebhookScheme {
  return {
    name: 'jira',
    async verify(request, { clock }) {
      if (options.secrets !== undefined) {
        const id = createHash('sha256').update(request.body).digest('hex');
        return (await refuseSignature(request, options.secrets)) ?? readEvent(request, id);
      }
      const refusal = await refuseToken(request, options.clientSecrets, clock.now());
      return refusal ?? readEvent(request, request.headers['x-atlassian-webhook-identifier']);
    },
  };
}

async function refuseSignature(
  { headers, body }: WebhookRequest,
  secrets: SharedSecrets,
): Promise<WebhookVerdict | undefined> {
  const expected = (await readSecrets(secrets, 'secrets')).map(
    (secret) => `sha256=${hmacSha256(secret, body).toString('hex')}`,
  );
  if (isOneOf(headers['x-hub-signature'] ?? '', expected)) return undefined;
  return forged(
    'The header x-hub-signature does not fit. Check the secret of the webhook in Jira; webhooks of apps have no signature, they need clientSecrets.',
  );
}

async function refuseToken(
  { headers }: WebhookRequest,
  clientSecrets: SharedSecrets,
  now: number,
): Promise<WebhookVerdict | undefined> {
  const token = /^(?:Bearer|JWT) (\S+)$/.exec(headers.authorization ?? '')?.[1];
  if (token === undefined || !isCompactJose(token)) {
    return forged('There is no token in the header authorization.');
  }
  const { jwtVerify } = await import('jose');
  for (const secret of await readSecrets(clientSecrets, 'clientSecrets')) {
    try {
      await jwtVerify(token, Buffer.from(secret, 'utf8'), {
        algorithms: ['HS256'],
        requiredClaims: ['exp'],
        currentDate: new Date(now),
        clockTolerance: 60,
      });
      return undefined;
    } catch {
      // Another secret may fit.
    }
  }
  return forged(
    'The token in the header authorization is not signed with the client secret of the app, or has expired.',
  );
}

function readEvent(request: WebhookRequest, id: string | undefined): WebhookVerdict {
  const payload = readJson(request);
  if (!isObject(payload)) return malformed('The body is no JSON object.');
  if (id === undefined || id === '') {
    return malformed('The header x-atlassian-webhook-identifier is missing.');
  }
  const type = textOf(payload.webhookEvent) ?? 'unknown';
  const issue = isObject(payload.issue) ? payload.issue : {};
  const event: ConnectorEvent = {
    id,
    type,
    entity: textOf(issue.key) === undefined ? undefined : 'issue',
    key: textOf(issue.key),
    op: type === 'jira:issue_deleted' ? 'delete' : 'upsert',
    occurredAt: instantOf(payload.timestamp),
    data: payload,
  };
  return { kind: 'verified', events: [event] };
}
