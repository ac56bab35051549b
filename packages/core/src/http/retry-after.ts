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
  // Date.parse takes almost anything, "-5" too; an HTTP date has a weekday or at least letters.
  if (!/^[A-Z][a-z]{2}/.test(value)) return undefined;
  const at = Date.parse(value);
  if (Number.isNaN(at)) return undefined;
  // Against the server's own clock, so that a skew between the two does not matter.
  const serverNow = Date.parse(headers.date ?? '');
  return Math.max(0, at - (Number.isNaN(serverNow) ? nowMs : serverNow));
}
