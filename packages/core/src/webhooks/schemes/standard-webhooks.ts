import { createPublicKey, verify } from 'node:crypto';
import { hmacSha256 } from '../../crypto/hmac.ts';
import { ConnectorError } from '../../errors/connector-error.ts';
import { instantOf, isObject, readJson, textOf } from '../read-payload.ts';
import { isOneOf, readSecrets, type SharedSecrets } from '../shared-secrets.ts';
import { defaultToleranceMs, outsideTolerance } from '../tolerance.ts';
import { forged, malformed, type WebhookScheme } from '../webhook-scheme.ts';

export interface StandardWebhooksOptions {
  /**
   * Secrets of the endpoint as the sender shows them: `whsec_` and base64 of 24 to 64 bytes. For
   * senders that sign with Ed25519 their public key: `whpk_` and base64 of 32 bytes.
   */
  readonly secrets: SharedSecrets;
  /**
   * How far the sender's clock may be away, either way.
   * @default 300_000
   */
  readonly toleranceMs?: number | undefined;
  /**
   * What the three headers begin with; `svix-` for senders of before the specification.
   * @default 'webhook-'
   */
  readonly headerPrefix?: string | undefined;
}

/** More signatures than a change of keys needs; each of Ed25519 costs a pass over the body. */
const mostSignatures = 8;

/**
 * Requests signed as the Standard Webhooks specification has it: `webhook-id`, `webhook-timestamp`
 * and `webhook-signature`, a list of `v1,<HMAC-SHA256>` and `v1a,<Ed25519>` over id, timestamp and
 * raw body. One signature that fits one of our keys is enough, so either side can change keys
 * without a gap; the first 8 are looked at. Source: standardwebhooks.com, and its reference library's vector.
 */
export function standardWebhooks(options: StandardWebhooksOptions): WebhookScheme {
  const { secrets, toleranceMs = defaultToleranceMs, headerPrefix = 'webhook-' } = options;
  return {
    name: 'standard-webhooks',
    async verify(request, { clock }) {
      const header = (name: string): string => request.headers[`${headerPrefix}${name}`] ?? '';
      const id = header('id');
      const timestamp = header('timestamp');
      const signatures = header('signature').split(' ').slice(0, mostSignatures);
      // The specification forbids the dot, which would blur where the id ends in what is signed.
      if (id === '' || id.includes('.')) {
        return forged(`The header ${headerPrefix}id is missing or has a dot in it.`);
      }
      const late = outsideTolerance(timestamp, { clock, toleranceMs });
      if (late !== undefined) return forged(late);

      const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`, 'utf8'), request.body]);
      const keys = (await readSecrets(secrets, 'secrets')).map(readKey);
      const fits = keys.map(({ kind, bytes }) =>
        kind === 'v1'
          ? isOneOf(`v1,${hmacSha256(bytes, signed).toString('base64')}`, signatures)
          : signatures.some((signature) => isSignedBy(bytes, signed, signature)),
      );
      if (!fits.includes(true)) {
        return forged(
          `No signature in ${headerPrefix}signature fits. Check that the secret is the one of this endpoint, and that the body arrives as it was sent: parsing and printing the JSON changes it.`,
        );
      }
      const payload = readJson(request);
      if (payload === undefined) return malformed('The body is not JSON.');
      const { type, timestamp: occurredAt } = isObject(payload) ? payload : {};
      return {
        kind: 'verified',
        events: [
          { id, type: textOf(type) ?? 'unknown', occurredAt: instantOf(occurredAt), data: payload },
        ],
      };
    },
  };
}

interface Key {
  readonly kind: 'v1' | 'v1a';
  readonly bytes: Buffer;
}

function readKey(secret: string): Key {
  const isPublic = secret.startsWith('whpk_');
  const text = secret.replace(/^(?:whsec|whpk)_/, '');
  const bytes = Buffer.from(text, 'base64');
  const isBase64 = bytes.toString('base64') === text;
  const isLong = isPublic ? bytes.length === 32 : bytes.length >= 24 && bytes.length <= 64;
  if (isBase64 && isLong) return { kind: isPublic ? 'v1a' : 'v1', bytes };
  throw new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message:
      'A secret of the webhook endpoint cannot be used. It must be "whsec_" and base64 of 24 to 64 bytes, or "whpk_" and base64 of 32 bytes: copy it whole from the sender.',
    path: 'secrets',
  });
}

function isSignedBy(publicKey: Buffer, signed: Buffer, signature: string): boolean {
  const text = signature.slice('v1a,'.length);
  const bytes = Buffer.from(text, 'base64');
  // Another spelling of the same bytes is not what the sender wrote.
  if (!signature.startsWith('v1a,') || bytes.toString('base64') !== text) return false;
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') },
    format: 'jwk',
  });
  return bytes.length === 64 && verify(null, signed, key, bytes);
}
