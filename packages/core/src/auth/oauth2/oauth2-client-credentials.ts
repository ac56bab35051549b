import type { AuthStrategy } from '../auth-strategy.ts';
import type { OauthClient } from './client-authentication.ts';
import { createTokenEndpoint, type Scope, type TokenEndpointOptions } from './token-endpoint.ts';

/** Settings of the OAuth 2 client credentials grant. */
export interface Oauth2ClientCredentialsOptions extends TokenEndpointOptions, OauthClient {
  /** A text with several has them separated by spaces. */
  readonly scope?: Scope | undefined;
}

/**
 * Signs in by the client credentials grant (RFC 6749, section 4.4): by secret, by key
 * (`private_key_jwt`), by certificate assertion or by mutual TLS.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when the settings cannot work
 */
export function oauth2ClientCredentials(options: Oauth2ClientCredentialsOptions): AuthStrategy {
  const endpoint = createTokenEndpoint(options, options);
  return endpoint.strategy({
    kind: 'oauth2-client-credentials',
    async obtain(context) {
      const issued = await endpoint.grant(
        { grant_type: 'client_credentials', scope: endpoint.scope(options.scope) },
        context,
      );
      // RFC 6749, 4.4.3: there should be no refresh token; where there is one, a new grant is as good.
      return { ...issued, refreshToken: undefined };
    },
  });
}
