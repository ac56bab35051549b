import { ConnectorError } from '../../errors/connector-error.ts';

/** What is known about an answer that is no success. */
export interface RefusedAnswer {
  /** Of the endpoint. */
  readonly url: string;
  /** For messages, for example `token endpoint`. */
  readonly endpoint: string;
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly httpStatus: number;
  readonly retryAfterMs: number | undefined;
  readonly requestId?: string | undefined;
  /** `grant_type` of the request, where it had one. */
  readonly grant?: string | undefined;
  readonly hints?: readonly RefusalHint[] | undefined;
}

/** Advice for what a vendor says in its `error_description`. The description itself is never shown. */
export interface RefusalHint {
  readonly pattern: RegExp;
  /** What to do, a whole sentence. */
  readonly advice: string;
  /**
   * Whether it passes by itself, whatever the code says: the grant has not ended, and the same request
   * may be sent again.
   * @default false
   */
  readonly isPassing?: boolean | undefined;
}

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const samlBearer = 'urn:ietf:params:oauth:grant-type:saml2-bearer';

/** What a refused grant means (RFC 6749, 5.2: one code for all of them). */
const refusedGrants: Readonly<Record<string, string>> = {
  refresh_token: 'The refresh token has ended, was revoked or was used before.',
  authorization_code:
    'The code has ended, was used before or was issued for another redirect URI. Begin the sign-in again.',
  client_credentials:
    'Check that the client may sign in by itself and that a user is assigned to it where the vendor needs one.',
  [jwtBearer]:
    'The assertion is not accepted. Check issuer, subject, audience (the login host), the uploaded certificate, that the user has approved the client, and the clock of this machine.',
  [samlBearer]:
    'The assertion is not accepted. Check issuer, subject, audience, recipient, the trusted certificate and the clock of this machine.',
};

const advices: Readonly<Record<string, string>> = {
  invalid_client:
    'Check client id and secret (or key and certificate), that they belong to this server, and that clientAuth is the way in which the server expects them.',
  unauthorized_client:
    'The client is known but may not use this grant. Allow the grant where the client is registered.',
  access_denied: 'Check the permissions of the client and of the account.',
};

/** Refusals that no other credentials would change. */
const misconfigured: Readonly<Record<string, string>> = {
  invalid_scope: 'Check the scope: spelling, and that the client was granted it.',
  invalid_target: 'Check the audience or resource among the parameters.',
  unsupported_grant_type: 'The server does not know this grant. Check the token URL.',
  invalid_request:
    'The server misses or refuses a parameter. Check the token URL, the parameters and clientAuth.',
};

/**
 * Turns the answer of a token endpoint into an error that says what to do. Nothing of the answer is
 * shown but its codes: servers echo what they were sent. `vendorCode` is the OAuth `error`; where that
 * is about the client or the request, the vendor's own code at the beginning of the description
 * (`AADSTS7000215`) goes first, for it says more.
 */
export function tokenRefusal(answer: RefusedAnswer): ConnectorError {
  const { httpStatus, retryAfterMs, requestId, endpoint, body } = answer;
  const { origin, pathname } = new URL(answer.url);
  const where = `${origin}${pathname}`;
  const error = readCode(body?.error, /^[\w.:/-]{1,64}$/);
  const detail = readCode(body?.error_description, /^[A-Z]{2,12}\d{3,9}(?=\b)/);
  const common = {
    httpStatus,
    retryAfterMs,
    requestId,
    vendorCode: (isAboutGrant(error) ? undefined : detail) ?? error,
    notExecuted: true,
  };
  if (httpStatus === 429) {
    return new ConnectorError({
      ...common,
      code: 'ERR_RATE_LIMITED',
      category: 'rate-limit',
      message: `The ${endpoint} ${where} answers 429: too many sign-ins. Try again later.`,
    });
  }
  // RFC 6749, 4.1.2.1, used by servers at the token endpoint too.
  const isOutage = error === 'temporarily_unavailable' || error === 'server_error';
  if (httpStatus >= 500 || httpStatus === 408 || isOutage) {
    return new ConnectorError({
      ...common,
      code: 'ERR_TRANSIENT',
      category: 'transient',
      message: `The ${endpoint} ${where} answers ${httpStatus}. Try again later.`,
    });
  }
  if (httpStatus === 404 || httpStatus === 405 || (httpStatus >= 300 && httpStatus < 400)) {
    return new ConnectorError({
      ...common,
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `There is no ${endpoint} at ${where} (HTTP ${httpStatus}). Check the ${endpoint.replace('endpoint', 'URL')}.`,
    });
  }
  if (httpStatus < 300 && error === undefined) {
    return new ConnectorError({
      ...common,
      code: 'ERR_UNEXPECTED_CONTENT',
      category: 'configuration',
      message: `${where} answered with something that is no JSON object. Check that it is the ${endpoint}.`,
    });
  }
  const codes = [`HTTP ${httpStatus}`, error, detail].filter(Boolean).join(', ');
  const description = body?.error_description;
  const hint = answer.hints?.find(
    ({ pattern }) => typeof description === 'string' && pattern.test(description.slice(0, 2000)),
  );
  if (hint?.isPassing === true) {
    return new ConnectorError({
      ...common,
      code: 'ERR_TRANSIENT',
      category: 'transient',
      message: `The ${endpoint} ${where} does not answer now (${codes}). ${hint.advice}`,
    });
  }
  const setting = adviceOf(misconfigured, error);
  const advice = hint?.advice ?? setting ?? adviceFor(error, answer.grant);
  return new ConnectorError({
    ...common,
    ...(setting === undefined
      ? { code: 'ERR_AUTHENTICATION_FAILED', category: 'authentication' }
      : { code: 'ERR_CONFIGURATION', category: 'configuration' }),
    message: `The ${endpoint} ${where} refused the ${setting === undefined ? 'credentials' : 'request'} (${codes}). ${advice}`,
  });
}

function isAboutGrant(error: string | undefined): boolean {
  return (
    error !== undefined && !Object.hasOwn(advices, error) && !Object.hasOwn(misconfigured, error)
  );
}

function adviceFor(error: string | undefined, grant: string | undefined): string {
  const ofGrant = error === 'invalid_grant' ? adviceOf(refusedGrants, grant) : undefined;
  return (
    ofGrant ??
    adviceOf(advices, error) ??
    'Check client id and secret, the scope, and that the account is active.'
  );
}

/** Own members only: a server may call its error `constructor`. */
function adviceOf(
  known: Readonly<Record<string, string>>,
  name: string | undefined,
): string | undefined {
  return name !== undefined && Object.hasOwn(known, name) ? known[name] : undefined;
}

function readCode(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === 'string' ? pattern.exec(value)?.[0] : undefined;
}
