import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA256 (RFC 2104) of a message, 32 bytes; its parts follow each other. Text is taken as UTF-8. */
export function hmacSha256(
  key: string | Uint8Array,
  ...parts: readonly (string | Uint8Array)[]
): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** Whether two values are the same, in a time that tells nothing about where they differ. */
export function equalBytes(left: string | Uint8Array, right: string | Uint8Array): boolean {
  // Digests are of one length, so that the length of a secret stays untold too.
  const digest = (value: string | Uint8Array): Buffer =>
    createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(left), digest(right));
}
