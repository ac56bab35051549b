import { redact } from './redact.ts';

// Headers that say how, when and how much, never who or what. Everything else may hold a secret.
const shown: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'age',
  'allow',
  'cache-control',
  'connection',
  'content-encoding',
  'content-language',
  'content-length',
  'content-type',
  'dataserviceversion',
  'date',
  'expires',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'etag',
  'keep-alive',
  'last-modified',
  'maxdataserviceversion',
  'odata-maxversion',
  'odata-version',
  'pragma',
  'prefer',
  'preference-applied',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'server',
  'sforce-limit-info',
  'strict-transport-security',
  'transfer-encoding',
  'user-agent',
  'vary',
  'www-authenticate',
  'x-correlation-id',
  'x-request-id',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
]);

/**
 * A copy of headers that may be logged: by allow-list. The value of a header that is not on it is
 * `[redacted]`, so that a vendor's own token header is no leak.
 *
 * @param more - names to show besides, in lower case
 */
export function redactHeaders(
  headers: Readonly<Record<string, string | undefined>>,
  more: readonly string[] = [],
): Record<string, string> {
  const redacted: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const lower = name.toLowerCase();
    redacted[lower] = shown.has(lower) || more.includes(lower) ? redact(value) : '[redacted]';
  }
  return redacted;
}
