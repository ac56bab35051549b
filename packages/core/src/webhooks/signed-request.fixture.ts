import type { WebhookRequest } from '../contract/connector-event.ts';

/** A POST with these headers and this body. */
export function post(
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
  url = '/webhooks',
): WebhookRequest {
  return { method: 'POST', url, headers, body: Buffer.from(body as string) };
}

/** The same text with one bit turned, for every bit. */
export function* bitFlips(text: string): Generator<string> {
  const bytes = Buffer.from(text, 'latin1');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield flipped.toString('latin1');
  }
}
