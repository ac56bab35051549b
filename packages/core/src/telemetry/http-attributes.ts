import type { Attributes } from '@opentelemetry/api';
import type { AttemptResult, ObservedAttempt } from '../observe/connector-observer.ts';

// Known to the conventions: RFC 9110 and PATCH. OData's MERGE is not.
const knownMethods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
]);

/** `{method}` of the conventions, for the name of a span. */
export function methodName(method: string): string {
  return knownMethods.has(method) ? method : 'HTTP';
}

/**
 * Where a request goes, in the stable semantic conventions of HTTP clients
 * (opentelemetry.io/docs/specs/semconv/http/http-spans). Of low cardinality: for metrics too.
 */
export function targetAttributes({ method, url }: ObservedAttempt): Attributes {
  const { hostname, port, protocol } = new URL(url);
  return {
    'http.request.method': knownMethods.has(method) ? method : '_OTHER',
    // An IPv6 address has its brackets in the URL only.
    'server.address': hostname.replace(/^\[|\]$/g, ''),
    'server.port': port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  };
}

/** What only a span has. */
export function spanAttributes({ method, url, resendCount }: ObservedAttempt): Attributes {
  return {
    'url.full': url,
    ...(knownMethods.has(method) ? {} : { 'http.request.method_original': method }),
    ...(resendCount === 0 ? {} : { 'http.request.resend_count': resendCount }),
  };
}

/** How it went. `error.type` is there if, and only if, it failed. */
export function resultAttributes({ status, code, isAccepted }: AttemptResult): Attributes {
  const refused = status !== undefined && status >= 400 && isAccepted !== true;
  const errorType = code ?? (refused ? String(status) : undefined);
  return {
    ...(status === undefined ? {} : { 'http.response.status_code': status }),
    ...(errorType === undefined ? {} : { 'error.type': errorType }),
  };
}
