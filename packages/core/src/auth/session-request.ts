import { ConnectorError } from '../errors/connector-error.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { readBaseUrl, resolveUrl } from '../http/resolve-url.ts';
import { parseRetryAfter } from '../http/retry-after.ts';
import { transportFailure } from '../http/transport-failure.ts';
import type { AuthContext, Secret } from './auth-strategy.ts';
import { type CookieJar, createCookieJar } from './cookie-jar.ts';
import { readSecret } from './read-secret.ts';

/** A call that opens or ends a session, as data. */
export interface SessionRequest {
  /** @default 'POST' */
  readonly method?: 'GET' | 'POST' | 'DELETE' | undefined;
  /** Relative to the base URL, or absolute and of its origin. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, Secret>> | undefined;
  /** User and password by HTTP Basic. */
  readonly basic?: { readonly username: Secret; readonly password: Secret } | undefined;
  /** A body in JSON: an object of texts. */
  readonly json?: Readonly<Record<string, Secret>> | undefined;
  /** A body as a form. */
  readonly form?: Readonly<Record<string, Secret>> | undefined;
}

/** What came back, when it was no failure. */
export interface SessionAnswer {
  /** Of the request, without query. */
  readonly where: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: CookieJar;
  /** `undefined` when it is no JSON. */
  json(): unknown;
}

const maxBytes = 1024 * 1024;

/**
 * Sends a login or logout. No policy stands in between: the operation that needs the session is the
 * one that retries.
 *
 * @throws ConnectorError `ERR_AUTHENTICATION_FAILED` when it is refused, `ERR_CROSS_ORIGIN` when it would go
 *   elsewhere, retryable `ERR_TRANSIENT` or `ERR_RATE_LIMITED` when the system is unwell
 */
export async function sendSessionRequest(
  request: SessionRequest,
  options: {
    readonly purpose: 'login' | 'logout';
    readonly context: AuthContext;
    readonly headers?: Readonly<Record<string, string>> | undefined;
  },
): Promise<SessionAnswer> {
  const { context, purpose } = options;
  const url = resolveUrl(request.url, readBaseUrl(context.baseUrl));
  const { origin, pathname } = new URL(url);
  const where = `${origin}${pathname}`;
  const { type, body } = await bodyOf(request);
  const response = await context.transport
    .exchange({
      method: (request.method ?? 'POST') satisfies HttpRequest['method'],
      url,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        ...(type && { 'content-type': type }),
        ...options.headers,
        ...(await headersOf(request)),
      },
      body,
      signal: context.signal ?? new AbortController().signal,
      maxBytes,
      stream: false,
    })
    .catch((error: unknown) => {
      throw notYetSent(transportFailure(error, `the ${purpose} of ${origin}`));
    });
  const { status, headers } = response;
  // A form login ends in a redirect; whether it succeeded, the token tells.
  if (status >= 400) {
    const retryAfterMs = parseRetryAfter(headers, context.clock.now());
    throw refusal({ where, status, retryAfterMs, purpose });
  }
  const cookies = createCookieJar(() => context.clock.now());
  cookies.store(headers['set-cookie']);
  return { where, status, headers, cookies, json: () => readJson(response.body) };
}

async function bodyOf({ json, form }: SessionRequest) {
  if (json !== undefined) {
    return { type: 'application/json', body: JSON.stringify(await readAll(json)) };
  }
  if (form === undefined) return { type: undefined, body: undefined };
  const body = new URLSearchParams(await readAll(form)).toString();
  return { type: 'application/x-www-form-urlencoded', body };
}

async function headersOf({ headers = {}, basic }: SessionRequest): Promise<Record<string, string>> {
  const named = Object.entries(await readAll(headers)).map(([name, value]) => [
    name.toLowerCase(),
    value,
  ]);
  if (basic === undefined) return Object.fromEntries(named);
  const user = await readSecret(basic.username, 'username');
  const password = await readSecret(basic.password, 'password');
  const authorization = `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
  return { ...Object.fromEntries(named), authorization };
}

async function readAll(fields: Readonly<Record<string, Secret>>): Promise<Record<string, string>> {
  const read: Record<string, string> = {};
  for (const [name, secret] of Object.entries(fields)) read[name] = await readSecret(secret, name);
  return read;
}

function readJson(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.from(body as Uint8Array).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The operation that wanted the session was not sent, whatever became of the login. */
function notYetSent(error: ConnectorError): ConnectorError {
  const { message, cause } = error;
  return new ConnectorError({ ...error, message, cause, notExecuted: true, outcomeUnknown: false });
}

function refusal(answer: {
  readonly where: string;
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly purpose: string;
}): ConnectorError {
  const { where, status, retryAfterMs, purpose } = answer;
  const common = { httpStatus: status, retryAfterMs, notExecuted: true };
  if (status === 429) {
    return new ConnectorError({
      ...common,
      code: 'ERR_RATE_LIMITED',
      category: 'rate-limit',
      message: `The ${purpose} at ${where} answers 429: too many sign-ins. Try again later.`,
    });
  }
  if (status >= 500 || status === 408) {
    return new ConnectorError({
      ...common,
      code: 'ERR_TRANSIENT',
      category: 'transient',
      message: `The ${purpose} at ${where} answers ${status}. Try again later.`,
    });
  }
  if (status === 404 || status === 405) {
    return new ConnectorError({
      ...common,
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `There is no ${purpose} at ${where} (HTTP ${status}). Check the base URL and the address of the ${purpose}.`,
    });
  }
  return new ConnectorError({
    ...common,
    code: 'ERR_AUTHENTICATION_FAILED',
    category: 'authentication',
    message: `The ${purpose} at ${where} refused the credentials (HTTP ${status}). Check user and password, and that the account is not locked.`,
  });
}
