import { createHmac } from 'node:crypto';

/** What is signed. */
export interface SignedMessage {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  /** The exact text that goes over the wire. */
  readonly body: string;
}

/**
 * Headers of the Standard Webhooks scheme: HMAC-SHA256 over `id.timestamp.body`.
 * @param secret - `whsec_` and the key in base64, or any other text, which then is the key itself
 */
export function signStandardWebhook(
  message: SignedMessage,
  secret: string,
): Record<string, string> {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
  const signature = createHmac('sha256', key)
    .update(`${message.id}.${message.timestamp}.${message.body}`)
    .digest('base64');
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestamp),
    'webhook-signature': `v1,${signature}`,
  };
}
