import { systemClock } from '../../clock/system-clock.ts';
import type { Clock } from '../../contract/clock.ts';
import type { AuthStrategy, CredentialExpiry } from '../auth-strategy.ts';
import { invalidSetting } from '../invalid-setting.ts';
import { readSecret } from '../read-secret.ts';
import { acceptCallback } from './authorization-callback.ts';
import type { OauthClient } from './client-authentication.ts';
import { type GrantContext, withAuthContext } from './grant-context.ts';
import {
  memoryPendingAuthorizationStore,
  type PendingAuthorizationStore,
} from './pending-authorization-store.ts';
import { type RevocationOptions, revokeToken } from './revoke-token.ts';
import {
  checkEndpointUrl,
  createTokenEndpoint,
  type Scope,
  type TokenEndpointOptions,
} from './token-endpoint.ts';

/** Settings of the OAuth 2 authorization code grant. */
export interface Oauth2AuthorizationCodeOptions
  extends TokenEndpointOptions,
    OauthClient,
    RevocationOptions {
  /** Absolute URL where people sign in. */
  readonly authorizationUrl: string;
  /** Where the server sends them back to; registered with the client, letter by letter. */
  readonly redirectUri: string;
  /** Many servers give a refresh token only for a scope of its own, for example `offline_access`. */
  readonly scope?: Scope | undefined;
  /** More parameters of the authorization URL, for example `{ prompt: 'consent' }`. */
  readonly authorizationParameters?: Readonly<Record<string, string>> | undefined;
  /** Parameters of the callback to keep with the token, for example Intuit's `realmId`. */
  readonly callbackParameters?: readonly string[] | undefined;
  /** `iss` of the server: a callback that names another one is refused (RFC 9207). */
  readonly issuer?: string | undefined;
  /** Whether the server names itself in every callback, so that one without is refused. @default false */
  readonly issuerInCallback?: boolean | undefined;
  /** PKCE with S256 (RFC 7636). Off only for servers that refuse its parameters. @default true */
  readonly pkce?: boolean | undefined;
  /** Where begun sign-ins wait. Share one between the processes that may get the callback. @default in memory */
  readonly pending?: PendingAuthorizationStore | undefined;
  /** How long somebody may take to sign in. @default 600_000 */
  readonly pendingTtlMs?: number | undefined;
}

/** A sign-in that a person has to begin. */
export interface BeginAuthorization {
  /** Name of the connection in the token store: the one that the connector is made with. */
  readonly connection: string;
  /** Of this time only, for example `{ login_hint: '…' }`. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** @default the machine's */
  readonly clock?: Clock | undefined;
}

/** What came of a sign-in. The tokens are in the store. */
export interface AuthorizationGranted extends CredentialExpiry {
  readonly connection: string;
  /** What came beside the tokens, for example `realmId`, `instance_url`, `scope`. */
  readonly extra: Readonly<Record<string, string>>;
}

/** Signs in as a person, who grants access in the browser. */
export interface Oauth2AuthorizationCode extends AuthStrategy {
  /**
   * Begins a sign-in: the URL to send the browser to. It is good for one callback within 10 minutes.
   */
  authorizationUrl(begin: BeginAuthorization): Promise<string>;
  /**
   * Ends it: give the URL that the browser came back to, whole or from its path on, and the
   * connection out of the person's own session, never out of the URL.
   *
   * @throws ConnectorError `ERR_AUTHORIZATION_CALLBACK` when it is not the answer to a sign-in of this
   *   connection, `ERR_AUTHORIZATION_DENIED` when the server says no
   */
  handleCallback(callbackUrl: string | URL, context: GrantContext): Promise<AuthorizationGranted>;
  /**
   * Takes the grant back at the vendor and forgets its tokens. Answers false where there was none.
   *
   * @throws ConnectorError when the vendor refuses or does not answer: the tokens are kept, try again
   */
  revoke(context: GrantContext): Promise<boolean>;
}

/**
 * Signs in by the authorization code grant (RFC 6749, section 4.1) with PKCE. Until someone has
 * signed in, and after the grant has ended, requests fail with `ERR_REAUTHORIZATION_REQUIRED`.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when the settings cannot work
 */
export function oauth2AuthorizationCode(
  options: Oauth2AuthorizationCodeOptions,
): Oauth2AuthorizationCode {
  const { tokenUrl, redirectUri, pkce = true, pendingTtlMs = 600_000 } = options;
  const { pending = memoryPendingAuthorizationStore(), revocationUrl } = options;
  checkEndpointUrl('authorizationUrl', options.authorizationUrl);
  checkEndpointUrl('redirectUri', redirectUri);
  if (revocationUrl !== undefined) checkEndpointUrl('revocationUrl', revocationUrl);
  if (options.revokeOnClose === true && revocationUrl === undefined) throw noRevocationUrl();
  const endpoint = createTokenEndpoint(options, options);
  const base = endpoint.strategy({
    kind: 'oauth2-authorization-code',
    refresh: endpoint.refresh,
  });

  const revoke = async (outer: GrantContext): Promise<boolean> => {
    if (revocationUrl === undefined) throw noRevocationUrl();
    return withAuthContext({ ...outer, tls: base.tls }, async (context) => {
      const { tokens, connection, signal } = context;
      const revokeStored = async (): Promise<boolean> => {
        const stored = await tokens.read(connection, { signal });
        if (stored === undefined) return false;
        const { accessToken, refreshToken } = stored.token;
        await revokeToken(
          {
            url: revocationUrl,
            format: options.revocationFormat,
            client: options,
            token: refreshToken ?? accessToken,
            hint: refreshToken === undefined ? 'access_token' : 'refresh_token',
          },
          context,
        );
        await tokens.remove(connection);
        return true;
      };
      // Under the lease, for a refresh under way would put another token in the place of the one revoked.
      const isRevoked = await (tokens.withLease === undefined
        ? revokeStored()
        : tokens.withLease(connection, revokeStored, { signal }));
      // After it: closing waits for refreshes, and these wait for the lease.
      await base.close?.(context);
      return isRevoked;
    });
  };

  return {
    ...base,
    async authorizationUrl({ connection, parameters, clock = systemClock }) {
      const { generateRandomState, generateRandomCodeVerifier, calculatePKCECodeChallenge } =
        await import('oauth4webapi');
      const state = generateRandomState();
      const codeVerifier = pkce ? generateRandomCodeVerifier() : undefined;
      const url = new URL(options.authorizationUrl);
      const scope = endpoint.scope(options.scope);
      const query: Record<string, string | undefined> = {
        ...options.authorizationParameters,
        ...parameters,
        response_type: 'code',
        client_id: await readSecret(options.clientId, 'clientId'),
        redirect_uri: redirectUri,
        scope,
        state,
        ...(codeVerifier === undefined
          ? {}
          : {
              code_challenge: await calculatePKCECodeChallenge(codeVerifier),
              code_challenge_method: 'S256',
            }),
      };
      for (const [name, value] of Object.entries(query)) {
        if (value !== undefined) url.searchParams.set(name, value);
      }
      const expiresAt = clock.now() + pendingTtlMs;
      await pending.put(state, { connection, tokenUrl, redirectUri, codeVerifier, expiresAt });
      return url.href;
    },

    async handleCallback(callbackUrl, outer) {
      return withAuthContext({ ...outer, tls: base.tls }, async (context) => {
        const { connection, clock, tokens } = context;
        const callback = readQuery(callbackUrl, redirectUri);
        const accepted = await acceptCallback(callback, {
          pending,
          connection,
          tokenUrl,
          issuer: options.issuer,
          isIssuerRequired: options.issuerInCallback ?? false,
          now: clock.now(),
        });
        const issued = await endpoint.grant(
          {
            grant_type: 'authorization_code',
            code: accepted.code,
            redirect_uri: accepted.pending.redirectUri,
            code_verifier: accepted.pending.codeVerifier,
          },
          context,
        );
        const extra = { ...keep(callback, options.callbackParameters), ...issued.extra };
        // No signal: the code is spent, so its tokens are stored whatever the caller does.
        await base.saveToken({ ...issued, extra }, { tokens, connection, clock });
        return { connection, extra, ...base.expiry?.(connection) };
      });
    },

    revoke,
    async close(context) {
      if (options.revokeOnClose === true) await revoke(context);
      else await base.close?.(context);
    },
  };
}

/** The query of a callback, given whole or from its path on; none where it is no URL. */
function readQuery(callbackUrl: string | URL, redirectUri: string): URLSearchParams {
  const url = String(callbackUrl);
  return URL.canParse(url, redirectUri)
    ? new URL(url, redirectUri).searchParams
    : new URLSearchParams();
}

/** Only what was asked for: the query of a callback is written by whoever made the link. */
function keep(
  callback: URLSearchParams,
  names: readonly string[] = [],
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const name of names) {
    const value = callback.get(name);
    if (value !== null) kept[name] = value;
  }
  return kept;
}

function noRevocationUrl(): Error {
  return invalidSetting(
    'revocationUrl',
    'The setting revocationUrl is missing. Without it a grant cannot be taken back by the client: set it, or revoke the grant in the system itself.',
  );
}
