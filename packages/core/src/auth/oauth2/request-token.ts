import { ConnectorError } from '../../errors/connector-error.ts';
import { requestIdOf } from '../../http/request-id-of.ts';
import { parseRetryAfter } from '../../http/retry-after.ts';
import { transportFailure } from '../../http/transport-failure.ts';
import type { AuthContext } from '../auth-strategy.ts';
import type { IssuedToken } from '../tokens/issued-token.ts';
import { type RefusalHint, tokenRefusal } from './token-refusal.ts';

/** A request to a token endpoint: a form as OAuth 2 has it, or JSON. */
export type TokenRequest = {
  /** Absolute. It is configuration, so it may be of another origin than the API. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Advice for refusals, by what the server says. */
  readonly hints?: readonly RefusalHint[] | undefined;
} & (
  | { readonly form: Readonly<Record<string, string>> }
  | { readonly json: Readonly<Record<string, unknown>> }
);

const maxTokenBytes = 1024 * 1024;

/**
 * Posts to a token endpoint and answers with the JSON object that it gave. No policy stands in
 * between: the operation that needs the token is the one that retries.
 *
 * @throws ConnectorError `ERR_AUTHENTICATION_FAILED` when the credentials are refused,
 *   `ERR_CONFIGURATION` when the request is, retryable `ERR_TRANSIENT` or `ERR_RATE_LIMITED` when the
 *   endpoint is unwell
 */
export async function requestToken(
  request: TokenRequest,
  context: AuthContext,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await postToEndpoint({ ...request, endpoint: 'token endpoint' }, context);
  const { body } = answer;
  // Slack and others answer 200 with an error in it.
  const isSuccess = answer.httpStatus < 300 && body !== undefined && !isErrorBody(body);
  if (isSuccess) return body;
  throw tokenRefusal(answer);
}

/**
 * One exchange with an endpoint of an authorization server, whatever it answers.
 *
 * @throws ConnectorError when there was no answer
 */
export async function postToEndpoint(
  request: TokenRequest & { readonly endpoint: string },
  context: Pick<AuthContext, 'transport' | 'clock' | 'signal'>,
) {
  const { url, endpoint, hints } = request;
  const isForm = 'form' in request;
  const fields: Readonly<Record<string, unknown>> = isForm ? request.form : request.json;
  const response = await context.transport
    .exchange({
      method: 'POST',
      url,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
        ...request.headers,
      },
      body: isForm ? new URLSearchParams(request.form).toString() : JSON.stringify(fields),
      signal: context.signal ?? new AbortController().signal,
      maxBytes: maxTokenBytes,
      stream: false,
    })
    .catch((error: unknown) => {
      throw notYetSent(transportFailure(error, `the ${endpoint} ${new URL(url).host}`));
    });
  return {
    url,
    endpoint,
    hints,
    grant: typeof fields.grant_type === 'string' ? fields.grant_type : undefined,
    body: readObject(response.body),
    httpStatus: response.status,
    retryAfterMs: parseRetryAfter(response.headers, context.clock.now()),
    requestId: requestIdOf(response.headers),
  };
}

/** RFC 6749, 5.2, whatever the status. */
function isErrorBody(body: Readonly<Record<string, unknown>>): boolean {
  return typeof body.error === 'string' && body.access_token === undefined;
}

/** Where a vendor's token response differs from RFC 6749. */
export interface TokenResponseOptions {
  /**
   * Where the access token is, a path with dots, for example `data.accessToken`.
   * @default 'access_token'
   */
  readonly tokenField?: string | undefined;
  /**
   * How long a token lives where the server does not tell, as Salesforce.
   * @default until it is refused
   */
  readonly defaultExpiresInMs?: number | undefined;
}

/**
 * Reads a token response of RFC 6749, section 5.1. Texts beside the tokens are kept in `extra`.
 *
 * @throws ConnectorError `ERR_AUTHENTICATION_FAILED` when there is no access token in it
 */
export function readIssuedToken(
  body: Readonly<Record<string, unknown>>,
  options: TokenResponseOptions = {},
): IssuedToken {
  const { tokenField = 'access_token', defaultExpiresInMs } = options;
  const accessToken = readPath(body, tokenField);
  if (typeof accessToken !== 'string' || accessToken === '') {
    throw new ConnectorError({
      code: 'ERR_AUTHENTICATION_FAILED',
      category: 'authentication',
      message: `The token endpoint answered without an ${tokenField}. Check the token URL and the grant.`,
    });
  }
  const refreshToken = body.refresh_token;
  const expiresInMs = readSeconds(body.expires_in) ?? defaultExpiresInMs;
  const refreshLives = refreshLifeFields
    .map((field) => readSeconds(body[field]))
    .filter((life) => life !== undefined);
  return {
    accessToken,
    ...(typeof refreshToken === 'string' && refreshToken !== '' ? { refreshToken } : {}),
    ...(expiresInMs === undefined ? {} : { expiresInMs }),
    ...(refreshLives.length === 0 ? {} : { refreshExpiresInMs: Math.min(...refreshLives) }),
    extra: Object.fromEntries(
      Object.entries(body).filter(
        (entry): entry is [string, string] =>
          typeof entry[1] === 'string' && entry[1] !== accessToken && !secretFields.has(entry[0]),
      ),
    ),
  };
}

/** Intuit (rolling and absolute), Keycloak, Azure AD B2C. */
const refreshLifeFields = [
  'x_refresh_token_expires_in',
  'x_refresh_token_hard_expires_in',
  'refresh_expires_in',
  'refresh_token_expires_in',
] as const;

/** Some servers send the seconds as a string, and 0 for a life without end. */
function readSeconds(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const seconds = Number(value);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

function readPath(body: Readonly<Record<string, unknown>>, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    return (value as Readonly<Record<string, unknown>>)[name];
  }, body);
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
