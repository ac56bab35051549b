/** Bytes as base64url without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/**
 * Bytes of base64url. Only the one text that `encodeBase64url` makes of them is read: no padding, no
 * foreign characters, no bits left over, so that no text can change without its bytes changing.
 *
 * @returns `undefined` for any other text
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}
