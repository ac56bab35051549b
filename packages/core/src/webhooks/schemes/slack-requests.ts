import { hmacSha256 } from '../../crypto/hmac.ts';
import { instantOf, isObject, readJson, textOf } from '../read-payload.ts';
import { isOneOf, readSecrets, type SharedSecrets } from '../shared-secrets.ts';
import { defaultToleranceMs, outsideTolerance } from '../tolerance.ts';
import { forged, malformed, type WebhookScheme } from '../webhook-scheme.ts';

export interface SlackRequestsOptions {
  /** "Signing Secret" of the app's page. */
  readonly signingSecrets: SharedSecrets;
  /** @default 300_000 */
  readonly toleranceMs?: number | undefined;
}

/**
 * Requests of Slack: Events API (its `url_verification` handshake is answered), slash commands and
 * interactions. `X-Slack-Signature: v0=` is the hex HMAC-SHA256 over `v0:<timestamp>:<raw body>`.
 * Slack wants an answer within 3 s and repeats events up to three times.
 */
export function slackRequests(options: SlackRequestsOptions): WebhookScheme {
  const { signingSecrets, toleranceMs = defaultToleranceMs } = options;
  return {
    name: 'slack',
    async verify(request, { clock }) {
      const timestamp = request.headers['x-slack-request-timestamp'] ?? '';
      const late = outsideTolerance(timestamp, { clock, toleranceMs });
      if (late !== undefined) return forged(late);
      const expected = (await readSecrets(signingSecrets, 'signingSecrets')).map(
        (secret) => `v0=${hmacSha256(secret, `v0:${timestamp}:`, request.body).toString('hex')}`,
      );
      const signature = request.headers['x-slack-signature'] ?? '';
      if (!isOneOf(signature, expected)) {
        return forged(
          'The header x-slack-signature does not fit. Check the signing secret of the app (it is not the client secret), and that the raw body arrives unchanged.',
        );
      }
      const payload = readJson(request);
      // By the body, not by the content type, which is not signed.
      if (!isObject(payload)) {
        const fields = new URLSearchParams(new TextDecoder().decode(request.body));
        if (!fields.has('command') && !fields.has('payload')) {
          return malformed(
            'The body is neither a JSON object nor the form of a command or an interaction.',
          );
        }
        return {
          kind: 'verified',
          events: [
            {
              // The signature is different for every request, and the same for a copy of one.
              id: signature,
              type: fields.has('command') ? 'slash_command' : 'interaction',
              tenant: fields.get('team_id') ?? undefined,
              data: Object.fromEntries(fields),
            },
          ],
        };
      }
      if (payload.type === 'url_verification') {
        const headers = { 'content-type': 'text/plain' };
        const body = textOf(payload.challenge) ?? '';
        return { kind: 'handshake', response: { status: 200, headers, body } };
      }
      // `app_rate_limited` has no id.
      const id = textOf(payload.event_id) ?? signature;
      const event = isObject(payload.event) ? payload.event : {};
      const seconds = payload.event_time;
      return {
        kind: 'verified',
        events: [
          {
            id,
            type: textOf(event.type) ?? textOf(payload.type) ?? 'unknown',
            tenant: textOf(payload.team_id),
            occurredAt: typeof seconds === 'number' ? instantOf(seconds * 1000) : undefined,
            data: payload,
          },
        ],
      };
    },
  };
}
