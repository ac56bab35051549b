import type { SandboxRoute } from '../../toolkit/router.ts';
import type { SandboxRequest } from '../../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import { type IdentityTokens, issuer } from './identity-token.ts';
import type { IssuedTokens, TokenBook, TokenRefusal } from './token-book.ts';

export const oauthPaths = {
  authorize: '/connect/oauth2',
  token: '/oauth2/v1/tokens/bearer',
  revoke: '/v2/oauth2/tokens/revoke',
  userInfo: '/v1/openid_connect/userinfo',
  keys: '/op/v1/jwks',
  discovery: '/.well-known/openid_configuration',
  sandboxDiscovery: '/.well-known/openid_sandbox_configuration',
} as const;

export interface OauthOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokens: TokenBook;
  readonly identity: IdentityTokens;
  /** The company that the user picks on the consent page. */
  readonly chosenRealm: () => string;
  /** Where the sandbox listens; known once it does. */
  readonly baseUrl: () => string;
}

const hardExpiryHeader = 'x-include-refresh-token-hard-expires-in';

const oauthError = (status: number, error: string, description?: string): SandboxResponse => ({
  status,
  headers: { 'cache-control': 'no-store' },
  body: description === undefined ? { error } : { error, error_description: description },
});

/** Form or JSON: the vendor's own client revokes with JSON, others with a form. */
function readFields(request: SandboxRequest): URLSearchParams {
  if (!(request.headers['content-type'] ?? '').includes('json')) {
    return new URLSearchParams(request.text());
  }
  const fields = request.json() as Readonly<Record<string, string>>;
  return new URLSearchParams(Object.entries(fields));
}

export const bearerOf = (authorization: string | undefined): string | undefined =>
  /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];

/** Authorize, token, revoke, userinfo, keys, discovery. */
export function createOauthRoutes(options: OauthOptions): SandboxRoute[] {
  const { clientId, clientSecret, tokens, identity } = options;

  const isClient = ({ headers }: SandboxRequest): boolean => {
    const expected = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    return /^Basic\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1] === expected;
  };

  const refusal = (why: TokenRefusal, what: string): SandboxResponse =>
    // Both bodies are seen in the field; the short one for what was good once.
    why === 'dead'
      ? oauthError(400, 'invalid_grant')
      : oauthError(400, 'invalid_grant', `Incorrect or invalid ${what}`);

  const answer = (issued: IssuedTokens, { headers }: SandboxRequest): SandboxResponse => {
    const isOpenid = issued.grant.scope.split(' ').includes('openid');
    const wantsHardExpiry = headers[hardExpiryHeader] === 'true';
    return {
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: {
        token_type: 'bearer',
        access_token: issued.accessToken,
        expires_in: issued.accessSeconds,
        refresh_token: issued.refreshToken,
        x_refresh_token_expires_in: issued.refreshSeconds,
        ...(wantsHardExpiry ? { x_refresh_token_hard_expires_in: issued.refreshHardSeconds } : {}),
        ...(isOpenid ? { id_token: identity.issue(clientId, issued.grant.realmId) } : {}),
      },
    };
  };

  const authorize = ({ query }: SandboxRequest): SandboxResponse => {
    const redirectUri = query.get('redirect_uri') ?? '';
    const isAddress = /^https:\/\/|^http:\/\/(localhost|127\.0\.0\.1)[:/]/.test(redirectUri);
    if (query.get('client_id') !== clientId || !isAddress) {
      return oauthError(400, 'invalid_request', 'The client_id or redirect_uri is not registered');
    }
    const target = new URL(redirectUri);
    const state = query.get('state');
    if (state !== null) target.searchParams.set('state', state);
    const scope = query.get('scope') ?? '';
    if (query.get('response_type') !== 'code' || scope === '') {
      target.searchParams.set(
        'error',
        scope === '' ? 'invalid_scope' : 'unsupported_response_type',
      );
    } else {
      const realmId = options.chosenRealm();
      target.searchParams.set('code', tokens.issueCode({ realmId, scope, redirectUri }));
      target.searchParams.set('realmId', realmId);
    }
    return { status: 302, headers: { location: target.href }, body: '' };
  };

  const token = (request: SandboxRequest): SandboxResponse => {
    if (!isClient(request)) return oauthError(401, 'invalid_client');
    const fields = readFields(request);
    switch (fields.get('grant_type')) {
      case 'authorization_code': {
        const redirectUri = fields.get('redirect_uri') ?? undefined;
        const issued = tokens.redeem(fields.get('code') ?? '', redirectUri);
        return typeof issued === 'string'
          ? refusal(issued, 'authorization code')
          : answer(issued, request);
      }
      case 'refresh_token': {
        const issued = tokens.refresh(fields.get('refresh_token') ?? '');
        return typeof issued === 'string'
          ? refusal(issued, 'refresh token')
          : answer(issued, request);
      }
      default:
        return oauthError(400, 'unsupported_grant_type');
    }
  };

  const revoke = (request: SandboxRequest): SandboxResponse => {
    if (!isClient(request)) return oauthError(401, 'invalid_client');
    const isKnown = tokens.revoke(readFields(request).get('token') ?? '');
    return isKnown ? { status: 200, body: '' } : oauthError(400, 'invalid_request');
  };

  const userInfo = ({ headers }: SandboxRequest): SandboxResponse => {
    const grant = tokens.authenticate(bearerOf(headers.authorization) ?? '');
    if (typeof grant === 'string') return oauthError(401, 'invalid_token');
    return {
      status: 200,
      body: {
        sub: 'sandbox-user-1',
        email: 'owner@example.com',
        emailVerified: true,
        givenName: 'Sandy',
        familyName: 'Box',
      },
    };
  };

  const discovery = (): SandboxResponse => {
    const url = options.baseUrl();
    return {
      status: 200,
      body: {
        issuer,
        authorization_endpoint: url + oauthPaths.authorize,
        token_endpoint: url + oauthPaths.token,
        userinfo_endpoint: url + oauthPaths.userInfo,
        revocation_endpoint: url + oauthPaths.revoke,
        jwks_uri: url + oauthPaths.keys,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        scopes_supported: ['openid', 'email', 'profile', 'address', 'phone'],
        token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      },
    };
  };

  const get = (path: string, operation: string, handler: SandboxRoute['handler']) => ({
    method: 'GET',
    path,
    operation,
    handler,
  });
  return [
    get(oauthPaths.authorize, 'authorize', authorize),
    { method: 'POST', path: oauthPaths.token, operation: 'token', handler: token },
    { method: 'POST', path: oauthPaths.revoke, operation: 'revoke', handler: revoke },
    get(oauthPaths.userInfo, 'userInfo', userInfo),
    get(oauthPaths.keys, 'keys', () => ({ status: 200, body: identity.keySet() })),
    ...[oauthPaths.discovery, oauthPaths.sandboxDiscovery].flatMap((path) => [
      get(path, 'discovery', discovery),
      get(`${path}/`, 'discovery', discovery),
    ]),
  ];
}
