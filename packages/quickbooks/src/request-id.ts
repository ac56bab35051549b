import { createHash } from 'node:crypto';

/**
 * The `requestid` of a write: 40 characters (Intuit takes 50), the same for the same parts in every
 * process. Intuit answers a repeated one with the first answer, so whatever makes a write another one
 * has to be among the parts.
 */
export function requestIdOf(...parts: readonly (string | undefined)[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `cc-${digest.slice(0, 37)}`;
}
