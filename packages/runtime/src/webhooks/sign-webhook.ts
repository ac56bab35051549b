import { createHmac } from 'node:crypto';
import { ConnectorError } from '@common/connector-core';

/**
 * The headers of a Standard Webhooks request: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
 * With several secrets it has a signature of each, so that a receiver can change keys without a gap.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` for a secret that is not `whsec_` and base64 of 24 to 64 bytes
 */
export function signWebhook(message: {
  /** No dots: they separate what is signed. */
  readonly id: string;
  readonly body: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly secrets: readonly string[];
}): Readonly<Record<string, string>> {
  const { id, body, now, secrets } = message;
  const seconds = Math.floor(now / 1000);
  const keys = secrets.map(keyOf);
  if (keys.length === 0) throw unusableSecret();
  const signatures = keys.map((key) => {
    const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
    return `v1,${signature}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
}

function keyOf(secret: string): Buffer {
  const text = secret.replace(/^whsec_/, '');
  const key = Buffer.from(text, 'base64');
  if (key.toString('base64') !== text || key.length < 24 || key.length > 64) throw unusableSecret();
  return key;
}

function unusableSecret(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message:
      'The secret of a webhook endpoint is missing or cannot be used. It has to be "whsec_" and base64 of 24 to 64 bytes.',
    path: 'secrets',
  });
}
