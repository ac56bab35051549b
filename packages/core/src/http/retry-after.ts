import { parseHttpDate } from './parse-http-date.ts';

/**
 * How long the server asks to wait, from `Retry-After` (RFC 9110, 10.2.3): seconds or a date.
 *
 * @param headers - names in lower case
 * @param nowMs - used for a date when the server does not tell its own time
 * @returns milliseconds from now; `undefined` when the header is absent or makes no sense
 */
export function parseRetryAfter(
  headers: Readonly<Record<string, string>>,
  nowMs: number,
): number | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  const at = parseHttpDate(value);
  // Against the server's own clock, so that a skew between the two does not matter.
  return at === undefined ? undefined : Math.max(0, at - (parseHttpDate(headers.date) ?? nowMs));
}
