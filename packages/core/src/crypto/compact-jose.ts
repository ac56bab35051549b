import { decodeBase64url } from './base64url.ts';

/**
 * Whether every part of a compact JWS or JWE is base64url as RFC 7515 writes it. jose reads spaces,
 * padding and left-over bits as well, so that one signature would have many texts.
 */
export function isCompactJose(text: string): boolean {
  return text.split('.').every((part) => decodeBase64url(part) !== undefined);
}
