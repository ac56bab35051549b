import type { AuthStrategy } from '../auth-strategy.ts';
import { readSecret } from '../read-secret.ts';
import type { OauthClient } from './client-authentication.ts';
import type { SamlAssertionOptions } from './saml-assertion.ts';
import { createTokenEndpoint, type Scope, type TokenEndpointOptions } from './token-endpoint.ts';

/** Settings of the SAML bearer grant. */
export interface Oauth2SamlBearerOptions extends TokenEndpointOptions, OauthClient {
  /** An SAP system names its scopes `<SERVICE>_<version>`, for example `ZAPI_SALES_ORDER_SRV_0001`. */
  readonly scope?: Scope | undefined;
  /**
   * The assertion: made and signed by us, or the XML out of a function, asked for whenever a token is
   * needed. Text that is base64url already is sent as it is.
   */
  readonly assertion: SamlAssertionOptions | (() => string | Promise<string>);
}

/**
 * Signs in as a user by a SAML 2.0 assertion (RFC 7522, 2.1), as S/4HANA does
 * (`/sap/bc/sec/oauth2/token`). The client proves itself beside it where `clientSecret` or
 * `clientAuth` is given; systems that want `client_id` in the form as well take `clientIdInForm`.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when the settings cannot work
 */
export function oauth2SamlBearer(options: Oauth2SamlBearerOptions): AuthStrategy {
  const { assertion, tokenUrl } = options;
  const provesItself = options.clientSecret !== undefined || options.clientAuth !== undefined;
  const endpoint = createTokenEndpoint(options, provesItself ? options : undefined);

  const makeAssertion = async (now: number): Promise<string> => {
    if (typeof assertion === 'function') return readSecret(assertion, 'assertion');
    const { samlAssertion } = await import('./saml-assertion.ts');
    return samlAssertion({ ...assertion, tokenUrl, now });
  };

  return endpoint.strategy({
    kind: 'oauth2-saml-bearer',
    async obtain(context) {
      const made = await makeAssertion(context.clock.now());
      const issued = await endpoint.grant(
        {
          grant_type: 'urn:ietf:params:oauth:grant-type:saml2-bearer',
          assertion: made.trimStart().startsWith('<')
            ? Buffer.from(made.trim(), 'utf8').toString('base64url')
            : made,
          scope: endpoint.scope(options.scope),
        },
        context,
      );
      return { ...issued, refreshToken: undefined };
    },
  });
}
