import { ConnectorError } from '../errors/connector-error.ts';
import type { AuthFailure, AuthStrategy, RequestDraft } from './auth-strategy.ts';
import { type SessionAnswer, type SessionRequest, sendSessionRequest } from './session-request.ts';
import { createTokenAuth } from './tokens/token-auth.ts';

/**
 * A path into the JSON of an answer, for example `data.accessToken`; of several the first that is
 * there.
 */
export type JsonPath = string | readonly string[];

/** Where the answer to a login has something. */
export type SessionPlace =
  | { readonly json: JsonPath }
  | { readonly header: string }
  | { readonly cookie: string };

/** How to open, use and end a session. */
export interface SessionLoginOptions {
  /** @default 'session' */
  readonly kind?: string | undefined;
  readonly login: SessionRequest;
  /** Where the token is. When it is a cookie, it goes back as a cookie and `apply` may be left out. */
  readonly token: SessionPlace;
  /**
   * How requests carry the token: in a header, after a prefix such as `Bearer `, or in a cookie whose
   * name is known or comes with the login. All cookies of the login are sent as well.
   * @default `authorization: Bearer <token>`; for a token in a cookie nothing more
   */
  readonly apply?:
    | { readonly header: string; readonly prefix?: string | undefined }
    | { readonly cookie: string | SessionPlace }
    | undefined;
  /**
   * How long a session lives, in milliseconds, or where the answer tells it.
   * @default until it is refused
   */
  readonly lifetime?:
    | number
    | { readonly json: JsonPath; readonly unit: 'seconds' | 'minutes' }
    | undefined;
  /** Ends the session at `disconnect`. Without it the session ends by itself. */
  readonly logout?: SessionRequest | undefined;
  /**
   * Whether an answer other than 401 says that the session is over.
   * @default a redirect to an address of this system with login, logon, signin or sign-on in it
   */
  readonly isSignedOut?: ((answer: Pick<AuthFailure, 'status' | 'headers'>) => boolean) | undefined;
}

/**
 * Signs in by a login call that opens a session: its token and its cookies go with every request to the
 * origin of the connection. Concurrent callers share one login; a session that ended is
 * opened again once per call. Addresses of login and logout are relative to the base URL or of its
 * origin.
 *
 * @example Oracle E-Business Suite: the token becomes a cookie that the login names.
 * ```ts
 * const auth = sessionLogin({
 *   login: { method: 'GET', url: '/webservices/rest/login', basic: { username, password } },
 *   token: { json: ['data.accessToken', 'response.data.accessToken'] },
 *   apply: { cookie: { json: ['data.accessTokenName', 'response.data.accessTokenName'] } },
 *   logout: { method: 'GET', url: '/webservices/rest/logout' },
 * });
 * ```
 */
export function sessionLogin(options: SessionLoginOptions): AuthStrategy {
  const { kind = 'session', login, token, lifetime, logout } = options;
  const place =
    options.apply ??
    ('cookie' in token ? undefined : { header: 'authorization', prefix: 'Bearer ' });

  /** The cookies of a session: those of the login, and the one that carries the token. */
  const cookiesOf = (answer: SessionAnswer, value: string): string | undefined => {
    const own = answer.cookies.header();
    if (place === undefined || !('cookie' in place)) return own;
    const name =
      typeof place.cookie === 'string' ? place.cookie : find(answer, place.cookie, 'cookie name');
    if (!/^[!#$%&'*+\-.^_`|~\w]+$/.test(name) || /[\s;,"\\]/.test(value)) {
      throw notThere(answer, 'token that can be a cookie');
    }
    return merged(own, `${name}=${value}`);
  };

  const apply = (
    { headers }: Pick<RequestDraft, 'headers'>,
    {
      accessToken,
      extra = {},
    }: { accessToken: string; extra?: Readonly<Record<string, string>> | undefined },
  ): void => {
    if (place !== undefined && 'header' in place) {
      headers[place.header.toLowerCase()] = `${place.prefix ?? ''}${accessToken}`;
    }
    if (extra.cookies !== undefined) headers.cookie = merged(headers.cookie, extra.cookies);
  };

  return {
    ...createTokenAuth({
      kind,
      async obtain(context) {
        const answer = await sendSessionRequest(login, { purpose: 'login', context });
        const accessToken = find(answer, token, 'token');
        const cookies = cookiesOf(answer, accessToken);
        const expiresInMs = readLifetime(answer, lifetime);
        return {
          accessToken,
          ...(expiresInMs === undefined ? {} : { expiresInMs }),
          ...(cookies === undefined ? {} : { extra: { cookies } }),
        };
      },
      apply,
      ...(logout && {
        async revoke(session, context) {
          const headers: Record<string, string> = {};
          apply({ headers }, session);
          await sendSessionRequest(logout, { purpose: 'logout', context, headers });
        },
      }),
    }),
    isSignedOut: options.isSignedOut ?? leadsToLogin,
  };
}

/** What a request sends by itself (the cookies of a CSRF token) stays beside ours. */
function merged(header: string | undefined, cookies: string): string {
  const names = new Set(cookies.split('; ').map((pair) => pair.split('=', 1)[0]));
  const others = (header ?? '')
    .split('; ')
    .filter((pair) => pair !== '' && !names.has(pair.split('=', 1)[0]));
  return [...others, cookies].join('; ');
}

function leadsToLogin({ status, headers }: Pick<AuthFailure, 'status' | 'headers'>): boolean {
  const location = headers.location ?? '';
  if (status < 300 || status >= 400 || !URL.canParse(location, 'http://relative')) return false;
  return /log-?[io]n|sign-?[io]n/i.test(new URL(location, 'http://relative').pathname);
}

function readLifetime(
  answer: SessionAnswer,
  lifetime: SessionLoginOptions['lifetime'],
): number | undefined {
  if (lifetime === undefined || typeof lifetime === 'number') return lifetime;
  const count = Number(find(answer, lifetime, 'lifetime'));
  if (!(count > 0)) throw notThere(answer, 'lifetime');
  return count * (lifetime.unit === 'minutes' ? 60_000 : 1000);
}

function find(answer: SessionAnswer, place: SessionPlace, what: string): string {
  const value =
    'header' in place
      ? answer.headers[place.header.toLowerCase()]
      : 'cookie' in place
        ? answer.cookies.get(place.cookie)
        : [place.json]
            .flat()
            .map((path) => valueAt(answer.json(), path))
            .find(isText);
  if (isText(value)) return String(value);
  throw notThere(answer, what);
}

function valueAt(json: unknown, path: string): unknown {
  let value = json;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

function isText(value: unknown): value is string | number {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

function notThere({ where, status }: SessionAnswer, what: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_AUTHENTICATION_FAILED',
    category: 'authentication',
    message: `The login at ${where} answered ${status}, but without a ${what} at the place where it was looked for. Check user and password, the address of the login, and where the token is.`,
    httpStatus: status,
    notExecuted: true,
  });
}
