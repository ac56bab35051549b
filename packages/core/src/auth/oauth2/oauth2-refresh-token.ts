import { ConnectorError } from '../../errors/connector-error.ts';
import type { AuthContext, AuthStrategy, Secret } from '../auth-strategy.ts';
import { readSecret } from '../read-secret.ts';
import type { IssuedToken } from '../tokens/issued-token.ts';
import type { StoredToken } from '../tokens/token-store.ts';
import type { OauthClient } from './client-authentication.ts';
import { createTokenEndpoint, type TokenEndpointOptions } from './token-endpoint.ts';

/** Settings of a sign-in by a refresh token that was obtained elsewhere. */
export interface Oauth2RefreshTokenOptions extends TokenEndpointOptions, OauthClient {
  /**
   * The refresh token to begin with. It is used once: from then on those that the server gives in its
   * place, kept in the token store, count. Another one given here later takes their place.
   */
  readonly refreshToken: Secret;
}

/** Member of `extra` that tells from which refresh token a stored one descends. */
const originMember = 'refresh_token_origin';

/**
 * Signs in by a refresh token that was obtained elsewhere, for example by a command line or a
 * vendor's console. Where the server rotates refresh tokens, give a durable token store: after a
 * restart the first one is of no use any more.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when the settings cannot work
 */
export function oauth2RefreshToken(options: Oauth2RefreshTokenOptions): AuthStrategy {
  const endpoint = createTokenEndpoint(options, options);

  const renew = async (
    previous: StoredToken & { readonly refreshToken: string },
    origin: string,
    context: AuthContext,
  ): Promise<IssuedToken> => {
    const issued = await endpoint.refresh(previous, context);
    return {
      ...issued,
      // Kept where the server does not rotate: the first one is not asked for again.
      refreshToken: issued.refreshToken ?? previous.refreshToken,
      extra: { ...issued.extra, [originMember]: origin },
    };
  };
  const first = async () => {
    const refreshToken = await readSecret(options.refreshToken, 'refreshToken');
    return { refreshToken, origin: await digest(refreshToken) };
  };
  const begin = (refreshToken: string, origin: string, context: AuthContext) =>
    renew({ accessToken: '', refreshToken, obtainedAt: context.clock.now() }, origin, context);

  return endpoint.strategy({
    kind: 'oauth2-refresh-token',
    async obtain(context) {
      const { refreshToken, origin } = await first();
      const stored = await context.tokens.read(context.connection);
      // Sent again, a rotated token would end the whole grant (RFC 9700, 4.14.2).
      if (stored?.token.extra?.[originMember] === origin) throw spent(descendantEnded);
      return begin(refreshToken, origin, context).catch((error: unknown) => {
        throw isSpent(error) ? spent(seedRefused, error) : error;
      });
    },
    async refresh(previous, context) {
      const { refreshToken, origin } = await first();
      return previous.extra?.[originMember] === origin
        ? renew(previous, origin, context)
        : begin(refreshToken, origin, context);
    },
  });
}

async function digest(token: string): Promise<string> {
  const { createHash } = await import('node:crypto');
  return createHash('sha256').update(token).digest('base64url');
}

/** Some say the same code for what passes. */
const isSpent = (error: unknown): error is ConnectorError =>
  ConnectorError.isInstance(error) &&
  error.category === 'authentication' &&
  error.vendorCode === 'invalid_grant';

const descendantEnded =
  'The refresh token has ended, and so has the one in the settings: it was used before, was revoked or is too old.';
const seedRefused =
  'The refresh token of the settings is refused: it was used before, was revoked or is too old. Servers that rotate take each one once: give the connector a durable token store, else the next process has this one again.';

function spent(reason: string, cause?: ConnectorError): ConnectorError {
  return new ConnectorError({
    code: 'ERR_REAUTHORIZATION_REQUIRED',
    category: 'authentication',
    vendorCode: cause?.vendorCode,
    requestId: cause?.requestId,
    message: `${reason} Obtain a new one and set it as refreshToken.`,
    notExecuted: true,
    cause,
  });
}
