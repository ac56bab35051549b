import { isSecureUrl } from '../../http/is-secure-url.ts';
import type { AuthContext } from '../auth-strategy.ts';
import { invalidSetting } from '../invalid-setting.ts';
import { withClientCertificate } from '../mutual-tls.ts';
import type { IssuedToken } from '../tokens/issued-token.ts';
import { createTokenAuth, type TokenAuth, type TokenAuthOptions } from '../tokens/token-auth.ts';
import type { StoredToken } from '../tokens/token-store.ts';
import {
  authenticateClient,
  checkClient,
  isCertificate,
  type OauthClient,
} from './client-authentication.ts';
import { type InstanceUrlOptions, readInstanceUrl } from './instance-url.ts';
import { readIssuedToken, requestToken, type TokenResponseOptions } from './request-token.ts';
import type { RefusalHint } from './token-refusal.ts';

/** A token endpoint, with what its vendor does in its own way. */
export interface TokenEndpointOptions extends TokenResponseOptions {
  /** Absolute URL of the token endpoint. */
  readonly tokenUrl: string;
  /** More fields of every token request, for example `{ resource: '…' }` or `{ audience: '…' }`. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** More headers, for example Intuit's `x-include-refresh-token-hard-expires-in`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How fields are sent; Atlassian wants JSON. @default 'form' */
  readonly format?: 'form' | 'json' | undefined;
  /** Between scopes that are given as a list. @default ' ' */
  readonly scopeSeparator?: string | undefined;
  /** Where the vendor tells the address of the API with the token, as Salesforce. */
  readonly instanceUrl?: InstanceUrlOptions | undefined;
  /** What to advise when the server says why it refuses. */
  readonly hints?: readonly RefusalHint[] | undefined;
}

/** One scope or several. */
export type Scope = string | readonly string[];

/** What the grants share. */
export interface TokenEndpoint {
  /** Asks for a token by the fields of a grant. */
  grant(
    fields: Readonly<Record<string, string | undefined>>,
    context: AuthContext,
  ): Promise<IssuedToken>;
  /** The refresh grant (RFC 6749, section 6). What came with earlier tokens stays known. */
  refresh(
    previous: StoredToken & { readonly refreshToken: string },
    context: AuthContext,
  ): Promise<IssuedToken>;
  scope(scope: Scope | undefined): string | undefined;
  /** The strategy around it. */
  strategy(options: Omit<TokenAuthOptions, 'baseUrl'>): TokenAuth;
}

/**
 * @param client - absent for grants whose assertion alone is proof enough
 * @throws ConnectorError `ERR_CONFIGURATION` when the settings cannot work
 */
export function createTokenEndpoint(
  options: TokenEndpointOptions,
  client: OauthClient | undefined,
): TokenEndpoint {
  const { tokenUrl, parameters, headers, format = 'form', scopeSeparator = ' ' } = options;
  const { instanceUrl, hints } = options;
  checkEndpointUrl('tokenUrl', tokenUrl);
  if (client !== undefined) checkClient(client);

  const grant: TokenEndpoint['grant'] = async (fields, context) => {
    const proof =
      client === undefined
        ? { headers: {}, form: {} }
        : await authenticateClient(client, { url: tokenUrl, clock: context.clock });
    const known = Object.fromEntries(
      Object.entries({ ...fields, ...proof.form, ...parameters }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    );
    const body = await requestToken(
      {
        url: tokenUrl,
        headers: { ...lowerCase(headers), ...proof.headers },
        hints,
        ...(format === 'json' ? { json: known } : { form: known }),
      },
      context,
    );
    return readIssuedToken(body, options);
  };

  const clientAuth = client?.clientAuth ?? 'basic';
  return {
    grant,
    async refresh({ refreshToken, extra }, context) {
      const fields = { grant_type: 'refresh_token', refresh_token: refreshToken };
      const issued = await grant(fields, context);
      return { ...issued, extra: { ...extra, ...issued.extra } };
    },
    scope: (scope) =>
      scope === undefined || typeof scope === 'string' ? scope : scope.join(scopeSeparator),
    strategy(tokenAuth) {
      const auth = createTokenAuth({
        ...tokenAuth,
        ...(instanceUrl === undefined
          ? {}
          : { baseUrl: ({ extra }) => readInstanceUrl(extra, { ...instanceUrl, tokenUrl }) }),
      });
      return isCertificate(clientAuth)
        ? { ...auth, ...withClientCertificate(auth, clientAuth) }
        : auth;
    },
  };
}

/**
 * @throws ConnectorError `ERR_CONFIGURATION` when it is no absolute URL, holds credentials, or secrets
 *   would go there in clear text
 */
export function checkEndpointUrl(name: string, url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw invalidSetting(name, `The setting ${name} is no absolute URL that begins with https.`);
  }
  // The code that comes back to an app is good only with the verifier, which stays here.
  if (name !== 'redirectUri' && !isSecureUrl(parsed)) {
    throw invalidSetting(
      name,
      `The setting ${name} begins with http, so secrets would travel in clear text. Use https; plain http is for this machine only.`,
    );
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw invalidSetting(
      name,
      `The setting ${name} holds credentials. Move them to clientId and clientSecret.`,
    );
  }
}

function lowerCase(
  headers: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
