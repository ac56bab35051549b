import {
  type AuthStrategy,
  type Oauth2AuthorizationCode,
  oauth2AuthorizationCode,
  oauth2ClientCredentials,
  oauth2JwtBearer,
  oauth2RefreshToken,
  type PendingAuthorizationStore,
  type Secret,
} from '@common/connector-core';
import {
  audienceOf,
  badLoginUrl,
  instanceUrlOptions,
  isSharedLogin,
  readLoginUrl,
} from './auth-hosts.ts';
import { signInHints } from './sign-in-hints.ts';

/** Kinds of `AuthStrategy` that Salesforce takes; `bearer` is for a session that somebody else opened. */
export const salesforceAuthMethods = [
  'oauth2-jwt-bearer',
  'oauth2-client-credentials',
  'oauth2-authorization-code',
  'oauth2-refresh-token',
  'bearer',
] as const;

/** What all sign-ins share. */
export interface SalesforceSignIn {
  /** Consumer key of the External Client App. */
  readonly clientId: Secret;
  /**
   * `https://login.salesforce.com`, `https://test.salesforce.com` for sandboxes, or the My Domain of the org.
   * @default 'https://login.salesforce.com'
   */
  readonly loginUrl?: string | undefined;
  /**
   * Hosts beside those of Salesforce that a token response may name as the address of the org, for
   * example of a proxy: `['*.salesforce.acme.example']`.
   * @default none
   */
  readonly instanceHosts?: readonly string[] | undefined;
}

export interface SalesforceJwtBearerOptions extends SalesforceSignIn {
  /** The user to act as. */
  readonly username: Secret;
  /** PEM of the key whose certificate was uploaded to the app. */
  readonly privateKey: Secret;
  readonly passphrase?: Secret | undefined;
  /** `aud` of the assertion. @default the login host of the org, production or sandbox */
  readonly audience?: string | undefined;
}

/**
 * Signs in as a user by a signed JWT, with nobody at the browser.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when the settings cannot work
 */
export function salesforceJwtBearer(options: SalesforceJwtBearerOptions): AuthStrategy {
  const { username, privateKey, passphrase } = options;
  const { loginUrl, ...endpoint } = endpointOf(options);
  return oauth2JwtBearer({
    ...endpoint,
    subject: username,
    audience: options.audience ?? audienceOf(loginUrl),
    privateKey,
    passphrase,
    // Salesforce takes 3 minutes at most.
    lifetimeMs: 120_000,
  });
}

export interface SalesforceClientCredentialsOptions extends SalesforceSignIn {
  /** The My Domain of the org: this grant works nowhere else. */
  readonly loginUrl: string;
  readonly clientSecret: Secret;
}

/**
 * Signs in as the "Run As" user of the app.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when the settings cannot work
 */
export function salesforceClientCredentials(
  options: SalesforceClientCredentialsOptions,
): AuthStrategy {
  const { loginUrl, ...endpoint } = endpointOf(options);
  if (isSharedLogin(loginUrl)) {
    throw badLoginUrl(
      'is the host for all orgs. The client credentials grant works at the My Domain of the org only: https://<your domain>.my.salesforce.com.',
    );
  }
  return oauth2ClientCredentials({
    ...endpoint,
    clientSecret: options.clientSecret,
    clientAuth: 'body',
  });
}

export interface SalesforceAuthorizationCodeOptions extends SalesforceSignIn {
  /** Absent for apps that need none beside PKCE. */
  readonly clientSecret?: Secret | undefined;
  /** A callback URL of the app, letter by letter. */
  readonly redirectUri: string;
  /** @default ['api', 'refresh_token'] */
  readonly scope?: readonly string[] | undefined;
  /** Share one between the processes that may get the callback. @default in memory */
  readonly pending?: PendingAuthorizationStore | undefined;
  /** @default false */
  readonly revokeOnClose?: boolean | undefined;
}

/**
 * Signs in as a person, in the browser, with PKCE. A rotated refresh token is stored before it is used,
 * and only one process at a time refreshes: give `tokens` a store that all processes share.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when the settings cannot work
 */
export function salesforceAuthorizationCode(
  options: SalesforceAuthorizationCodeOptions,
): Oauth2AuthorizationCode {
  const { clientSecret, redirectUri, pending, revokeOnClose } = options;
  const { loginUrl, ...endpoint } = endpointOf(options);
  return oauth2AuthorizationCode({
    ...endpoint,
    ...proofOf(clientSecret),
    authorizationUrl: `${loginUrl}/services/oauth2/authorize`,
    revocationUrl: `${loginUrl}/services/oauth2/revoke`,
    redirectUri,
    scope: options.scope ?? ['api', 'refresh_token'],
    pending,
    revokeOnClose,
  });
}

export interface SalesforceRefreshTokenOptions extends SalesforceSignIn {
  readonly clientSecret?: Secret | undefined;
  /** Obtained elsewhere. */
  readonly refreshToken: Secret;
}

/**
 * Goes on from a refresh token.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when the settings cannot work
 */
export function salesforceRefreshToken(options: SalesforceRefreshTokenOptions): AuthStrategy {
  const { loginUrl: _, ...endpoint } = endpointOf(options);
  return oauth2RefreshToken({
    ...endpoint,
    ...proofOf(options.clientSecret),
    refreshToken: options.refreshToken,
  });
}

const proofOf = (clientSecret: Secret | undefined) =>
  clientSecret === undefined
    ? ({ clientAuth: 'none' } as const)
    : ({ clientSecret, clientAuth: 'body' } as const);

function endpointOf({ clientId, instanceHosts, ...options }: SalesforceSignIn) {
  const loginUrl = readLoginUrl(options.loginUrl ?? 'https://login.salesforce.com');
  return {
    loginUrl,
    clientId,
    tokenUrl: `${loginUrl}/services/oauth2/token`,
    instanceUrl: instanceUrlOptions(loginUrl, instanceHosts),
    hints: signInHints,
  };
}
