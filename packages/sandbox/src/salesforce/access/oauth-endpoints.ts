import { createHash, createHmac } from 'node:crypto';
import type { SandboxRoute } from '../../toolkit/router.ts';
import type { SandboxClock } from '../../toolkit/sandbox-clock.ts';
import type { SandboxRequest } from '../../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import type { SeededRandom } from '../../toolkit/seeded-random.ts';
import type { Row } from '../schema/object-definition.ts';
import { verifyAssertion } from './jwt-assertion.ts';
import { OAuthError } from './oauth-error.ts';
import type { Sessions, TokenPair } from './sessions.ts';

export interface OAuthOptions {
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  readonly sessions: Sessions;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly user: () => Row;
  readonly redirectUris: readonly string[] | undefined;
  readonly requiresPkce: boolean;
  readonly hasClientCredentialsUser: boolean;
  readonly refuseConsent: () => boolean;
  readonly publicKeys: () => readonly string[];
  /** Whether the call came to the login host, which knows no organisation. */
  readonly isLoginHost: (request: SandboxRequest) => boolean;
  readonly audiences: () => readonly string[];
  readonly identityUrl: (userId: string) => string;
  readonly instanceUrl: () => string;
}

interface PendingCode {
  readonly redirectUri: string;
  readonly scope: string;
  readonly challenge: string | undefined;
  readonly method: string;
  readonly expiresMs: number;
}

const codeLifeMs = 15 * 60 * 1_000;
const defaultScope = 'refresh_token api id';
const voidToken = () => new OAuthError('invalid_grant', 'expired access/refresh token');

/** Form-encoded parts, as RFC 6749 wants them; a lone percent sign stands for itself. */
function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readBasic(authorization: string | undefined): readonly [string, string] | undefined {
  const encoded = /^Basic (\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [name = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return [decodePart(name), decodePart(rest.join(':'))];
}

/** The OAuth and identity endpoints. A refused call throws OAuthError. */
export function createOAuthRoutes(options: OAuthOptions): readonly SandboxRoute[] {
  const { clock, random, sessions, clientId, clientSecret } = options;
  const codes = new Map<string, PendingCode>();

  const tokenAnswer = ({ session, refreshToken }: TokenPair): SandboxResponse => {
    const id = options.identityUrl(session.userId);
    const issuedAt = String(session.issuedMs);
    return {
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: {
        access_token: session.accessToken,
        ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
        signature: createHmac('sha256', clientSecret).update(`${id}${issuedAt}`).digest('base64'),
        scope: session.scope,
        instance_url: options.instanceUrl(),
        id,
        token_type: 'Bearer',
        issued_at: issuedAt,
      },
    };
  };

  const checkClient = (
    form: URLSearchParams,
    request: SandboxRequest,
    needsSecret: boolean,
  ): void => {
    const [id, secret] = readBasic(request.headers.authorization) ?? [
      form.get('client_id'),
      form.get('client_secret'),
    ];
    if (id !== clientId) throw new OAuthError('invalid_client_id', 'client identifier invalid');
    if ((needsSecret || secret) && secret !== clientSecret) {
      throw new OAuthError('invalid_client', 'invalid client credentials');
    }
  };

  const assertVerifier = (pending: PendingCode, verifier: string | null): void => {
    if (pending.challenge === undefined) return;
    const given = verifier ?? '';
    const answer =
      pending.method === 'S256' ? createHash('sha256').update(given).digest('base64url') : given;
    if (answer === pending.challenge) return;
    throw new OAuthError('invalid_grant', 'invalid code verifier');
  };

  const activeUserId = (): string => {
    const { Id, IsActive } = options.user();
    if (IsActive !== true) throw new OAuthError('inactive_user', 'user is inactive');
    return Id;
  };

  const redeemCode = (form: URLSearchParams): TokenPair => {
    const code = form.get('code') ?? '';
    const pending = codes.get(code);
    codes.delete(code);
    if (!pending || pending.expiresMs <= clock.now()) {
      throw new OAuthError('invalid_grant', 'expired authorization code');
    }
    if (form.get('redirect_uri') !== pending.redirectUri) {
      throw new OAuthError('redirect_uri_mismatch', 'redirect_uri must match configuration');
    }
    assertVerifier(pending, form.get('code_verifier'));
    const { scope } = pending;
    const hasRefreshToken = /\b(refresh_token|offline_access|full)\b/.test(scope);
    return sessions.grant({ userId: activeUserId(), clientId, scope, hasRefreshToken });
  };

  const grantWithout = (): TokenPair =>
    sessions.grant({ userId: activeUserId(), clientId, scope: 'api id', hasRefreshToken: false });

  const token = (request: SandboxRequest): SandboxResponse => {
    const form = new URLSearchParams(request.text());
    switch (form.get('grant_type')) {
      case 'authorization_code': {
        // A public client proves itself with the verifier alone.
        checkClient(form, request, form.get('code_verifier') === null);
        return tokenAnswer(redeemCode(form));
      }
      case 'refresh_token': {
        checkClient(form, request, false);
        const pair = sessions.refresh(form.get('refresh_token') ?? '', clientId);
        if (!pair) throw voidToken();
        return tokenAnswer(pair);
      }
      case 'client_credentials': {
        if (options.isLoginHost(request)) {
          throw new OAuthError('invalid_grant', 'request not supported on this domain');
        }
        checkClient(form, request, true);
        if (!options.hasClientCredentialsUser) {
          throw new OAuthError('invalid_grant', 'no client credentials user enabled');
        }
        return tokenAnswer(grantWithout());
      }
      case 'urn:ietf:params:oauth:grant-type:jwt-bearer': {
        const claims = verifyAssertion(form.get('assertion') ?? '', {
          publicKeys: options.publicKeys(),
          audiences: options.audiences(),
          clientId,
          nowMs: clock.now(),
        });
        if (claims.sub !== options.user().Username) {
          throw new OAuthError('invalid_grant', "user hasn't approved this consumer");
        }
        return tokenAnswer(grantWithout());
      }
      default:
        throw new OAuthError('unsupported_grant_type', 'grant type not supported');
    }
  };

  const authorize = ({ query }: SandboxRequest): SandboxResponse => {
    const redirectUri = query.get('redirect_uri') ?? '';
    if (query.get('client_id') !== clientId) {
      throw new OAuthError('invalid_client_id', 'client identifier invalid');
    }
    if (!URL.canParse(redirectUri) || options.redirectUris?.includes(redirectUri) === false) {
      throw new OAuthError('redirect_uri_mismatch', 'redirect_uri must match configuration');
    }
    const target = new URL(redirectUri);
    const state = query.get('state');
    const redirect = (values: Readonly<Record<string, string>>): SandboxResponse => {
      for (const [name, value] of Object.entries(values)) target.searchParams.set(name, value);
      if (state !== null) target.searchParams.set('state', state);
      return { status: 302, headers: { location: target.href } };
    };
    if (options.refuseConsent()) {
      return redirect({
        error: 'access_denied',
        error_description: 'end-user denied authorization',
      });
    }
    if (query.get('response_type') !== 'code') {
      return redirect({
        error: 'unsupported_response_type',
        error_description: 'response type not supported',
      });
    }
    const challenge = query.get('code_challenge') ?? undefined;
    if (challenge === undefined && options.requiresPkce) {
      return redirect({
        error: 'invalid_request',
        error_description: 'missing required code challenge',
      });
    }
    const code = `aPrx${random.uuid().replaceAll('-', '')}`;
    codes.set(code, {
      redirectUri,
      scope: query.get('scope') ?? defaultScope,
      challenge,
      method: query.get('code_challenge_method') ?? 'plain',
      expiresMs: clock.now() + codeLifeMs,
    });
    return redirect({ code });
  };

  const revoke = (request: SandboxRequest): SandboxResponse => {
    const value = new URLSearchParams(request.text()).get('token') ?? request.query.get('token');
    if (!sessions.revoke(value ?? '')) throw new OAuthError('invalid_token', 'invalid token');
    return { status: 200 };
  };

  const introspect = (request: SandboxRequest): SandboxResponse => {
    const form = new URLSearchParams(request.text());
    checkClient(form, request, true);
    const session = sessions.find(form.get('token') ?? undefined);
    if (!session) return { status: 200, body: { active: false } };
    return {
      status: 200,
      body: {
        active: true,
        scope: session.scope,
        client_id: session.clientId,
        username: options.user().Username,
        sub: options.identityUrl(session.userId),
        token_type: 'access_token',
        exp: Math.floor(session.expiresMs / 1_000),
        iat: Math.floor(session.issuedMs / 1_000),
        nbf: Math.floor(session.issuedMs / 1_000),
      },
    };
  };

  const route = (
    method: string,
    path: string,
    operation: string,
    handler: (request: SandboxRequest) => SandboxResponse,
  ): SandboxRoute => ({ method, path, operation, handler });
  return [
    route('POST', '/services/oauth2/token', 'token', token),
    route('GET', '/services/oauth2/authorize', 'authorize', authorize),
    route('POST', '/services/oauth2/revoke', 'revoke', revoke),
    route('GET', '/services/oauth2/revoke', 'revoke', revoke),
    route('POST', '/services/oauth2/introspect', 'introspect', introspect),
  ];
}
