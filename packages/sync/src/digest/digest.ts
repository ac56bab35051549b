import { hash } from 'node:crypto';

/** 132 bits of SHA-256 in base64url: short enough to store by the million, long enough never to collide. */
export function digest(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}
