import { ConnectorError } from '../../errors/connector-error.ts';
import { parseRetryAfter } from '../../http/retry-after.ts';
import { transportFailure } from '../../http/transport-failure.ts';
import type { AuthContext } from '../auth-strategy.ts';
import type { IssuedToken } from '../tokens/token-auth.ts';

/** A request to a token endpoint: a form as OAuth 2 has it, or JSON. */
export type TokenRequest = {
  /** Absolute. It is configuration, so it may be of another origin than the API. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
} & (
  | { readonly form: Readonly<Record<string, string>> }
  | { readonly json: Readonly<Record<string, unknown>> }
);

const maxTokenBytes = 1024 * 1024;

/**
 * Posts to a token endpoint and answers with the JSON object that it gave. No policy stands in
 * between: the operation that needs the token is the one that retries.
 *
 * @throws ConnectorError `ERR_AUTHENTICATION_FAILED` when the credentials are refused, retryable
 *   `ERR_TRANSIENT` or `ERR_RATE_LIMITED` when the endpoint is unwell
 */
export async function requestToken(
  request: TokenRequest,
  context: AuthContext,
): Promise<Readonly<Record<string, unknown>>> {
  const isForm = 'form' in request;
  const response = await context.transport
    .exchange({
      method: 'POST',
      url: request.url,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
        ...request.headers,
      },
      body: isForm ? new URLSearchParams(request.form).toString() : JSON.stringify(request.json),
      signal: context.signal ?? new AbortController().signal,
      maxBytes: maxTokenBytes,
      stream: false,
    })
    .catch((error: unknown) => {
      throw notYetSent(transportFailure(error, 'the token endpoint'));
    });
  const body = readObject(response.body);
  if (response.status >= 200 && response.status < 300 && body !== undefined) return body;
  throw refusal(request.url, body, {
    httpStatus: response.status,
    retryAfterMs: parseRetryAfter(response.headers, context.clock.now()),
  });
}

/**
 * Reads a token response of RFC 6749, section 5.1.
 *
 * @throws ConnectorError `ERR_AUTHENTICATION_FAILED` when there is no access token in it
 */
export function readIssuedToken(body: Readonly<Record<string, unknown>>): IssuedToken {
  const accessToken = body.access_token;
  if (typeof accessToken !== 'string' || accessToken === '') {
    throw new ConnectorError({
      code: 'ERR_AUTHENTICATION_FAILED',
      category: 'authentication',
      message:
        'The token endpoint answered without an access_token. Check the token URL and the grant.',
    });
  }
  const refreshToken = body.refresh_token;
  // Some servers send the seconds as a string.
  const seconds = Number(body.expires_in ?? Number.NaN);
  return {
    accessToken,
    ...(typeof refreshToken === 'string' && refreshToken !== '' ? { refreshToken } : {}),
    ...(Number.isFinite(seconds) ? { expiresInMs: seconds * 1000 } : {}),
    extra: Object.fromEntries(
      Object.entries(body).filter(
        (entry): entry is [string, string] =>
          typeof entry[1] === 'string' && !secretFields.has(entry[0]),
      ),
    ),
  };
}

const secretFields: ReadonlySet<string> = new Set(['access_token', 'refresh_token', 'id_token']);

function readObject(body: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!(body instanceof Uint8Array)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return value as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

/** The operation that wanted the token was not sent, whatever became of the token request. */
function notYetSent(error: ConnectorError): ConnectorError {
  return new ConnectorError({
    ...error,
    message: error.message,
    cause: error.cause,
    notExecuted: true,
    outcomeUnknown: false,
  });
}

function refusal(
  url: string,
  body: Readonly<Record<string, unknown>> | undefined,
  answer: { readonly httpStatus: number; readonly retryAfterMs: number | undefined },
): ConnectorError {
  const { origin, pathname } = new URL(url);
  const where = `${origin}${pathname}`;
  const status = answer.httpStatus;
  const vendorCode = typeof body?.error === 'string' ? body.error : undefined;
  const common = { ...answer, vendorCode, notExecuted: true };
  if (status === 429) {
    return new ConnectorError({
      ...common,
      code: 'ERR_RATE_LIMITED',
      category: 'rate-limit',
      message: `The token endpoint ${where} answers 429: too many sign-ins. Try again later.`,
    });
  }
  // RFC 6749, 4.1.2.1, used by servers at the token endpoint too.
  if (status >= 500 || status === 408 || vendorCode === 'temporarily_unavailable') {
    return new ConnectorError({
      ...common,
      code: 'ERR_TRANSIENT',
      category: 'transient',
      message: `The token endpoint ${where} answers ${status}. Try again later.`,
    });
  }
  if (status === 404 || (status >= 300 && status < 400)) {
    return new ConnectorError({
      ...common,
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `There is no token endpoint at ${where} (HTTP ${status}). Check the token URL.`,
    });
  }
  if (status < 300) {
    return new ConnectorError({
      ...common,
      code: 'ERR_UNEXPECTED_CONTENT',
      category: 'configuration',
      message: `${where} answered with something that is no JSON object. Check that it is the token endpoint.`,
    });
  }
  return new ConnectorError({
    ...common,
    code: 'ERR_AUTHENTICATION_FAILED',
    category: 'authentication',
    message: `The token endpoint ${where} refused the credentials (HTTP ${status}${vendorCode === undefined ? '' : `, ${vendorCode}`}). Check client id and secret, the scope, and that the account is active.`,
  });
}
