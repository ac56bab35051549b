import { ConnectorError } from '../errors/connector-error.ts';
import { parseHttpDate } from '../http/parse-http-date.ts';
import type { AuthStrategy, RequestDraft, Secret } from './auth-strategy.ts';
import { readSecret } from './read-secret.ts';

/** The four secrets of token-based authentication, and how to use them. */
export interface Oauth1Options {
  readonly consumerKey: Secret;
  readonly consumerSecret: Secret;
  readonly token: Secret;
  readonly tokenSecret: Secret;
  /** Goes into the header, not into the signature: the account of NetSuite, for example `1234567_SB1`. */
  readonly realm?: string | undefined;
  /**
   * A value that is used once, at least 6 characters.
   * @default a random UUID without dashes
   */
  readonly nonce?: (() => string) | undefined;
}

const toleratedSkewMs = 60_000;

/**
 * Signs every request by OAuth 1.0a (RFC 5849) with HMAC-SHA256 and tokens that do not end: NetSuite
 * TBA. Query and form parameters are signed, a body of another kind is not. Servers refuse
 * timestamps some minutes off: when a 401 comes with a `Date` more than a minute away from the
 * clock, the request is signed once more by the time of the server.
 */
export function oauth1(options: Oauth1Options): AuthStrategy {
  const { consumerKey, consumerSecret, token, tokenSecret, realm } = options;
  const nonce = options.nonce ?? (() => crypto.randomUUID().replaceAll('-', ''));
  let skewMs = 0;

  return {
    kind: 'oauth1',
    async authorize(draft, { clock }) {
      // Node's crypto takes time to load; who does not sign does not wait for it.
      const { oauth1Signature, percentEncode } = await import('./oauth1-signature.ts');
      const parameters = {
        oauth_consumer_key: await readSecret(consumerKey, 'consumerKey'),
        oauth_token: await readSecret(token, 'token'),
        oauth_signature_method: 'HMAC-SHA256',
        oauth_timestamp: String(Math.floor((clock.now() + skewMs) / 1000)),
        oauth_nonce: nonce(),
        oauth_version: '1.0',
      };
      const oauth_signature = oauth1Signature(
        { method: draft.method, url: draft.url, form: formOf(draft), parameters },
        {
          consumerSecret: await readSecret(consumerSecret, 'consumerSecret'),
          tokenSecret: await readSecret(tokenSecret, 'tokenSecret'),
        },
      );
      const fields = Object.entries({
        ...(realm === undefined ? {} : { realm }),
        ...parameters,
        oauth_signature,
      });
      draft.headers.authorization = `OAuth ${fields
        .map(([name, value]) => `${name}="${percentEncode(value)}"`)
        .join(', ')}`;
    },
    async recover({ headers, signedAt }) {
      const seenAt = parseHttpDate(headers.date);
      if (seenAt === undefined) return 'fail';
      const seenMs = seenAt - signedAt;
      if (Math.abs(seenMs - skewMs) <= toleratedSkewMs) return 'fail';
      skewMs = seenMs;
      return 'retry';
    },
  };
}

/** The body, where it takes part in the signature. */
function formOf({ headers, body }: RequestDraft): string | undefined {
  const type = headers['content-type'] ?? '';
  if (body === undefined || !/^application\/x-www-form-urlencoded\b/i.test(type)) return undefined;
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
  throw new ConnectorError({
    code: 'ERR_UNSUPPORTED_OPERATION',
    category: 'unsupported',
    message: 'A form that is streamed cannot be signed by OAuth 1.0a. Send it as a text.',
    notExecuted: true,
  });
}
