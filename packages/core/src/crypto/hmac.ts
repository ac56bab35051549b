import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA256 (RFC 2104) of the parts, one after the other. */
export function hmacSha256(
  key: string | Uint8Array,
  ...parts: readonly (string | Uint8Array)[]
): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** Whether two values are the same, in a time that tells nothing about either, not even the length. */
export function equalBytes(left: string | Uint8Array, right: string | Uint8Array): boolean {
  const digest = (value: string | Uint8Array): Buffer =>
    createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(left), digest(right));
}
