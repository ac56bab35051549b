import type { AuthContext, AuthStrategy, Secret } from '../auth/auth-strategy.ts';
import { readIssuedToken, requestToken } from '../auth/oauth2/request-token.ts';
import { readSecret } from '../auth/read-secret.ts';
import type { IssuedToken } from '../auth/tokens/issued-token.ts';
import { createTokenAuth } from '../auth/tokens/token-auth.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { isUuid } from './is-uuid.ts';

/** How to sign in to Common. */
export interface CommonLoginOptions {
  readonly clientId: Secret;
  readonly clientSecret: Secret;
  /**
   * UUID of our company. An access token of another company is refused before it is used: it would
   * read and write another company's orders.
   * @default not checked
   */
  readonly companyId?: string | undefined;
}

/**
 * Common's own sign-in: `POST /auth/login` with client id and secret for an access and a refresh
 * token, `POST /auth/refresh` when the access token ends, `login` again when the refresh token is
 * refused. Concurrent callers share one sign-in; a 401 is recovered from once.
 */
export function commonLogin(options: CommonLoginOptions): AuthStrategy {
  const post = async (
    path: string,
    json: Readonly<Record<string, string>>,
    context: AuthContext,
  ): Promise<IssuedToken> => {
    const url = `${context.baseUrl}/api/v1/auth/${path}`;
    const issued = readIssuedToken(await requestToken({ url, json }, context));
    checkCompany(issued.accessToken, options.companyId);
    return issued;
  };
  return createTokenAuth({
    kind: 'common-login',
    obtain: async (context) =>
      post(
        'login',
        {
          client_id: await readSecret(options.clientId, 'clientId'),
          client_secret: await readSecret(options.clientSecret, 'clientSecret'),
        },
        context,
      ),
    refresh: ({ refreshToken }, context) =>
      post('refresh', { refresh_token: refreshToken }, context),
  });
}

/** The company that a token is for, where it tells (claim `company_id`). Not verified: Common does that. */
export function companyOfToken(accessToken: string): string | undefined {
  try {
    const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8');
    const { company_id: companyId } = JSON.parse(payload) as { readonly company_id?: unknown };
    return typeof companyId === 'string' && isUuid(companyId) ? companyId.toLowerCase() : undefined;
  } catch {
    return undefined;
  }
}

function checkCompany(accessToken: string, companyId: string | undefined): void {
  const actual = companyOfToken(accessToken);
  if (companyId === undefined || actual === undefined) return;
  if (actual === companyId.toLowerCase()) return;
  throw new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    system: 'common',
    path: 'companyId',
    notExecuted: true,
    message: `The credentials belong to company ${actual}, the connection is set up for ${companyId}. Correct companyId (COMMON_COMPANY_ID) or use the credentials of that company.`,
  });
}
