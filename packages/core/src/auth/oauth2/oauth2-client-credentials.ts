import type { AuthStrategy, Secret } from '../auth-strategy.ts';
import { readSecret } from '../read-secret.ts';
import { createTokenAuth } from '../tokens/token-auth.ts';
import { readIssuedToken, requestToken } from './request-token.ts';

/** Settings of the OAuth 2 client credentials grant. */
export interface Oauth2ClientCredentialsOptions {
  /** Absolute URL of the token endpoint. */
  readonly tokenUrl: string;
  readonly clientId: Secret;
  readonly clientSecret: Secret;
  /** Separated by spaces. */
  readonly scope?: string | undefined;
  /**
   * How the client proves itself: by HTTP Basic as RFC 6749 has it, each part form-encoded; by HTTP
   * Basic with the parts as they are, which servers expect that do not decode them (SAP XSUAA, whose
   * ids hold `!` and `|`); or by fields of the form.
   * @default 'basic'
   */
  readonly clientAuth?: 'basic' | 'basic-unencoded' | 'body' | undefined;
  /** More fields of the form, for example `{ resource: '…' }` or `{ audience: '…' }`. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/** Signs in by the client credentials grant (RFC 6749, section 4.4). */
export function oauth2ClientCredentials(options: Oauth2ClientCredentialsOptions): AuthStrategy {
  const { tokenUrl, clientId, clientSecret, scope, clientAuth = 'basic', parameters } = options;
  return createTokenAuth({
    kind: 'oauth2-client-credentials',
    async obtain(context) {
      const id = await readSecret(clientId, 'clientId');
      const secret = await readSecret(clientSecret, 'clientSecret');
      const body = await requestToken(
        {
          url: tokenUrl,
          headers:
            clientAuth === 'body' ? {} : { authorization: basicHeader(id, secret, clientAuth) },
          form: {
            grant_type: 'client_credentials',
            ...(scope === undefined ? {} : { scope }),
            ...(clientAuth === 'body' ? { client_id: id, client_secret: secret } : {}),
            ...parameters,
          },
        },
        context,
      );
      // RFC 6749, 4.4.3: there should be no refresh token; where there is one, a new grant is as good.
      return { ...readIssuedToken(body), refreshToken: undefined };
    },
  });
}

/** RFC 6749, section 2.3.1: both parts are form-encoded before they are joined. */
function basicHeader(id: string, secret: string, form: 'basic' | 'basic-unencoded'): string {
  const encode = (text: string): string =>
    form === 'basic' ? new URLSearchParams({ '': text }).toString().slice(1) : text;
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`, 'utf8').toString('base64')}`;
}
