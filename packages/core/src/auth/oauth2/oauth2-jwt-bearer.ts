import type { AuthContext, AuthStrategy, Secret } from '../auth-strategy.ts';
import { readSecret } from '../read-secret.ts';
import type { OauthClient } from './client-authentication.ts';
import { type JwtSignerOptions, signJwt } from './sign-jwt.ts';
import { createTokenEndpoint, type Scope, type TokenEndpointOptions } from './token-endpoint.ts';

/** An assertion that we make and sign. */
export interface JwtAssertionOptions extends JwtSignerOptions {
  /** The user to act as: `sub`. */
  readonly subject: Secret;
  /** `aud`: Salesforce wants its login host, others their token URL. */
  readonly audience: string;
  /** `iss`. @default clientId */
  readonly issuer?: Secret | undefined;
  /** @default 'RS256' */
  readonly algorithm?: JwtSignerOptions['algorithm'];
  /** Salesforce takes 180_000 at most. @default 120_000 */
  readonly lifetimeMs?: number | undefined;
  /** More claims, or others in place of ours, for example `{ prn: '…' }`. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/** Settings of the JWT bearer grant. */
export type Oauth2JwtBearerOptions = TokenEndpointOptions &
  OauthClient & { readonly scope?: Scope | undefined } & (
    | JwtAssertionOptions
    | {
        /** An assertion that somebody else makes; asked for whenever a token is needed. */
        readonly assertion: Secret;
      }
  );

/**
 * Signs in as a user by a signed JWT (RFC 7523, 2.1), without anybody at the browser. The client
 * proves itself beside it only where `clientSecret` or `clientAuth` is given.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when the settings cannot work
 */
export function oauth2JwtBearer(options: Oauth2JwtBearerOptions): AuthStrategy {
  const provesItself = options.clientSecret !== undefined || options.clientAuth !== undefined;
  const endpoint = createTokenEndpoint(options, provesItself ? options : undefined);
  return endpoint.strategy({
    kind: 'oauth2-jwt-bearer',
    async obtain(context) {
      const issued = await endpoint.grant(
        {
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          assertion:
            'assertion' in options
              ? await readSecret(options.assertion, 'assertion')
              : await makeAssertion(options, context),
          scope: endpoint.scope(options.scope),
        },
        context,
      );
      // A new assertion costs no more than a refresh token, and never ends.
      return { ...issued, refreshToken: undefined };
    },
  });
}

async function makeAssertion(
  options: JwtAssertionOptions & Pick<OauthClient, 'clientId'>,
  { clock }: AuthContext,
): Promise<string> {
  const { randomUUID } = await import('node:crypto');
  const issuedAt = Math.floor(clock.now() / 1000);
  return signJwt({
    signer: options,
    defaultAlgorithm: 'RS256',
    now: clock.now(),
    claims: {
      iss: await readSecret(options.issuer ?? options.clientId, 'issuer'),
      sub: await readSecret(options.subject, 'subject'),
      aud: options.audience,
      jti: randomUUID(),
      iat: issuedAt,
      exp: issuedAt + Math.floor((options.lifetimeMs ?? 120_000) / 1000),
      ...options.claims,
    },
  });
}
