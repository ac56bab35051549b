import type { SandboxClock } from '../../toolkit/sandbox-clock.ts';
import type { SandboxRequest } from '../../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import type { SeededRandom } from '../../toolkit/seeded-random.ts';
import { logonErrorPage } from './html-pages.ts';

export interface AuthenticationOptions {
  /** User name to password. */
  readonly users: Readonly<Record<string, string>>;
  readonly oauthClient: { readonly clientId: string; readonly clientSecret: string };
  readonly apiKey: string;
  readonly tokenLifetimeSeconds: number;
  readonly realm: string;
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
}

export interface Authentication {
  /** The user behind a call, or the 401 that it gets. */
  identify(
    request: SandboxRequest,
  ): { readonly user: string } | { readonly refusal: SandboxResponse };
  /** Gives a user another password, from the next call on. */
  setPassword(user: string, password: string): void;
  /** Makes the bearer token of a call worthless. */
  expire(request: SandboxRequest): void;
  /** The OAuth2 token endpoint of the ABAP server. */
  issueToken(request: SandboxRequest): SandboxResponse;
  usesToken(request: SandboxRequest): boolean;
}

const bearerPattern = /^Bearer\s+(\S+)$/i;

function readBasic(header: string | undefined): readonly [user: string, password: string] {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? '')?.[1] ?? '';
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? ['', ''] : [text.slice(0, colon), text.slice(colon + 1)];
}

/** Basic, OAuth2 bearer and API key (sap.md 2). */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { users, oauthClient, clock, random, realm } = options;
  const tokens = new Map<string, { readonly user: string; readonly expiresAt: number }>();
  const passwords = new Map(
    Object.entries(users).map(([user, password]) => [user.toUpperCase(), password]),
  );
  const tokenOf = (request: SandboxRequest): string | undefined =>
    bearerPattern.exec(request.headers.authorization ?? '')?.[1];

  const refuse = (challenge: string): { refusal: SandboxResponse } => ({
    refusal: {
      status: 401,
      headers: { 'www-authenticate': challenge, 'content-type': 'text/html; charset=utf-8' },
      body: logonErrorPage(),
    },
  });

  const oauthError = (status: number, error: string, description: string): SandboxResponse => ({
    status,
    headers: { 'cache-control': 'no-store' },
    body: { error, error_description: description },
  });

  return {
    identify(request) {
      const token = tokenOf(request);
      if (token !== undefined) {
        const grant = tokens.get(token);
        if (grant && grant.expiresAt > clock.now()) return { user: grant.user };
        return refuse('Bearer error="invalid_token"');
      }
      if (request.headers.apikey === options.apiKey) return { user: 'APIKEY' };
      const [user, password] = readBasic(request.headers.authorization);
      const name = user.toUpperCase();
      if (passwords.get(name) === password) return { user: name };
      return refuse(`Basic realm="${realm}"`);
    },
    setPassword: (user, password) => void passwords.set(user.toUpperCase(), password),
    expire(request) {
      tokens.delete(tokenOf(request) ?? '');
    },
    usesToken: (request) => tokenOf(request) !== undefined,
    issueToken(request) {
      const form = new URLSearchParams(request.text());
      const [basicId, basicSecret] = readBasic(request.headers.authorization);
      const id = basicId || form.get('client_id');
      const secret = basicId ? basicSecret : form.get('client_secret');
      if (id !== oauthClient.clientId || secret !== oauthClient.clientSecret) {
        return oauthError(401, 'invalid_client', 'Client authentication failed');
      }
      if (form.get('grant_type') !== 'client_credentials') {
        return oauthError(400, 'unsupported_grant_type', 'Use grant_type=client_credentials');
      }
      const token = random.uuid().replaceAll('-', '');
      const lifetime = options.tokenLifetimeSeconds;
      tokens.set(token, { user: 'OAUTH_CLIENT', expiresAt: clock.now() + lifetime * 1_000 });
      return {
        status: 200,
        headers: { 'cache-control': 'no-store' },
        body: {
          access_token: token,
          token_type: 'Bearer',
          expires_in: lifetime,
          scope: form.get('scope') ?? '',
        },
      };
    },
  };
}
