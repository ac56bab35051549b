import {
  type Oauth2AuthorizationCode,
  type Oauth2AuthorizationCodeOptions,
  oauth2AuthorizationCode,
  type PendingAuthorizationStore,
  type Scope,
  type Secret,
} from '@common/connector-core';

/** Kinds of credentials that QuickBooks takes. */
export const quickbooksAuthMethods = [
  'oauth2-authorization-code',
  'oauth2-refresh-token',
  'bearer',
] as const;

/** Intuit's endpoints, the same for sandbox and production companies (quickbooks facts 2.1). */
export const intuitEndpoints = {
  authorizationUrl: 'https://appcenter.intuit.com/connect/oauth2',
  tokenUrl: 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer',
  revocationUrl: 'https://developer.api.intuit.com/v2/oauth2/tokens/revoke',
} as const;

/** With it the answer also tells the absolute life of a refresh token, five years (intuit-oauth 4.2.5). */
export const hardExpiryHeader = { 'x-include-refresh-token-hard-expires-in': 'true' } as const;

const accountingScope = 'com.intuit.quickbooks.accounting';

/** What to advise when Intuit refuses. */
export const intuitHints = [
  {
    pattern: /refresh token/i,
    advice:
      'The refresh token has ended (100 days without use, 5 years in all), was revoked, or another process used it. Connect the company again; give all processes one durable token store.',
  },
] as const;

export interface QuickbooksOauthOptions {
  /** Of the app, on the page "Keys & credentials": development keys for sandbox companies. */
  readonly clientId: Secret;
  readonly clientSecret: Secret;
  /** Registered with the app, letter by letter. HTTPS, or localhost with development keys. */
  readonly redirectUri: string;
  /** @default 'com.intuit.quickbooks.accounting' */
  readonly scope?: Scope | undefined;
  /** Where begun sign-ins wait. Share one between processes. @default in memory */
  readonly pending?: PendingAuthorizationStore | undefined;
  /** Whether the grant is revoked at `disconnect`. @default false */
  readonly revokeOnClose?: boolean | undefined;
  /** Other endpoints than Intuit's, for tests. */
  readonly endpoints?: Partial<Record<keyof typeof intuitEndpoints, string>> | undefined;
}

/**
 * Sign-in by Intuit's authorization code grant. `handleCallback` answers the company that was chosen
 * as `extra.realmId`: it is the setting `realmId` of the connection. Refresh tokens rotate and live for
 * 100 days without use and five years in all; `expiry` tells which comes first. Keep them in a durable
 * token store that all processes share.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when the settings cannot work
 */
export function quickbooksOauth(options: QuickbooksOauthOptions): Oauth2AuthorizationCode {
  const { endpoints = {}, scope = accountingScope, ...rest } = options;
  return oauth2AuthorizationCode({
    ...rest,
    ...intuitEndpoints,
    ...definedOf(endpoints),
    scope,
    headers: hardExpiryHeader,
    revocationFormat: 'json',
    callbackParameters: ['realmId'],
    // Not in Intuit's documents; the code is bound to the client by its secret.
    pkce: false,
    hints: intuitHints,
  } satisfies Oauth2AuthorizationCodeOptions);
}

function definedOf<Values extends object>(values: Values): Partial<Record<keyof Values, string>> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<Record<keyof Values, string>>;
}
