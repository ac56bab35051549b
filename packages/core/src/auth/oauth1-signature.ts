import { createHmac } from 'node:crypto';

/** What is signed. */
export interface Oauth1Request {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  /** A form in `application/x-www-form-urlencoded`; any other body is not signed. */
  readonly form?: string | undefined;
  /** The `oauth_…` parameters, without `realm` and the signature. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Percent-encodes all but `A-Z a-z 0-9 - . _ ~` (RFC 5849, section 3.6). */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The text that is signed (RFC 5849, section 3.4.1). */
export function oauth1BaseString({ method, url, form = '', parameters }: Oauth1Request): string {
  const { origin, pathname, searchParams } = new URL(url);
  const pairs = [...Object.entries(parameters), ...searchParams, ...new URLSearchParams(form)]
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    // By bytes of the encoded form, first name, then value.
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  const query = pairs.map(([name, value]) => `${name}=${value}`).join('&');
  return [method.toUpperCase(), origin + pathname, query].map(percentEncode).join('&');
}

/** The signature by HMAC-SHA256, in Base64. */
export function oauth1Signature(
  request: Oauth1Request,
  secrets: { readonly consumerSecret: string; readonly tokenSecret: string },
): string {
  const key = `${percentEncode(secrets.consumerSecret)}&${percentEncode(secrets.tokenSecret)}`;
  return createHmac('sha256', key).update(oauth1BaseString(request)).digest('base64');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
