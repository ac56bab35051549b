import { ConnectorError } from '../errors/connector-error.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import { crossOrigin } from './resolve-url.ts';

const maxRedirects = 5;
const statuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const loginMark = /saml|oauth|adfs|openid|\bsso\b|log-?[io]n|sign-?[io]n/i;

/**
 * Where to go on. Reads follow the server within its origin; a write is not sent anywhere else than
 * where it was meant to go.
 *
 * @returns the next absolute URL, or `undefined` when the answer is no redirect to follow
 * @throws ConnectorError `ERR_CROSS_ORIGIN` when it leads to another origin
 */
export function nextLocation(
  response: HttpResponse,
  from: { readonly request: HttpRequest; readonly origin: string; readonly hops: number },
): string | undefined {
  const location = response.headers.location;
  if (location === undefined || !statuses.has(response.status)) return undefined;
  const target = URL.canParse(location, response.url) ? new URL(location, response.url) : undefined;
  const isOurs =
    target !== undefined &&
    target.origin === from.origin &&
    target.username === '' &&
    target.password === '';
  if (!isOurs) {
    throw loginMark.test(location)
      ? loginRedirect(target?.origin ?? 'elsewhere', response.status)
      : crossOrigin(location, from.origin);
  }
  if (from.request.method !== 'GET' && from.request.method !== 'HEAD') return undefined;
  if (from.hops >= maxRedirects) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The server redirected more than ${maxRedirects} times. Check the base URL, and that the credentials are of the kind that the API accepts.`,
      httpStatus: response.status,
    });
  }
  return target.href;
}

function loginRedirect(origin: string, httpStatus: number): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CROSS_ORIGIN',
    category: 'authentication',
    message: `The server sends the caller to a login page at ${origin} instead of answering. It does not accept this auth method here: use one for APIs (basic, OAuth 2), or have the service excluded from single sign-on.`,
    httpStatus,
    notExecuted: true,
  });
}
