import {
  ConnectorError,
  describeContent,
  type ErrorCategory,
  type ErrorCode,
  type HttpRequest,
  type HttpResponse,
} from '@common/connector-core';
import { type ErrorBody, readErrorBody } from './error-body.ts';

/** What the classification needs of a request. */
export type FailedRequest = Pick<HttpRequest, 'method'> &
  Partial<Pick<HttpRequest, 'operation' | 'entity' | 'key'>>;

interface Verdict {
  readonly code: ErrorCode;
  readonly category: ErrorCategory;
  /** What the reader should do. */
  readonly advice?: string | undefined;
  readonly retryable?: boolean | undefined;
  readonly outcomeUnknown?: boolean | undefined;
  /** Whether nothing has happened, so that a retry is safe for every request. */
  readonly notExecuted?: boolean | undefined;
}

// Locks of another user come as 400 with a text only; the message class differs by object.
const lockText =
  /\b(?:(?:is|are|being) (?:currently )?(?:being )?(?:processed|edited|changed|maintained|used) by|locked)\b/i;
// `06/010`: message class and number of a business message. SY is the runtime's own class.
const businessCode = /^(?!SY\/)[\w/]+\/\d{3}$/;

/**
 * Tells failures from successes: both JSON envelopes, XML, and web pages that come with status 200.
 * Give it to `createHttpClient` as the connection's `classify`.
 *
 * @returns the failure, or `undefined` for a success and for what the caller said it accepts
 */
export function classifyODataError(
  response: Pick<HttpResponse, 'status' | 'headers' | 'text'>,
  request: FailedRequest & Partial<Pick<HttpRequest, 'acceptStatus'>>,
): ConnectorError | undefined {
  const { status } = response;
  if (request.acceptStatus?.includes(status)) return undefined;
  if (status < 400 && !(status < 300 && isLoginPage(response))) return undefined;
  return odataErrorOf(response, request);
}

/**
 * A login page comes instead of the work, so that the request may be sent again; a page of anybody
 * else, a proxy perhaps, may have come after it, and is left to the pipeline.
 */
function isLoginPage(response: Pick<HttpResponse, 'headers' | 'text'>): boolean {
  if (!/\bhtml\b/i.test(response.headers['content-type'] ?? '')) return false;
  const text = response.text();
  const { isHtml, isLogin } = describeContent(Buffer.from(text));
  // SAML sends its request as a form of hidden fields.
  return isLogin || !isHtml || /<form\b/i.test(text);
}

/** Turns an answer that is known to be a failure into its error. */
export function odataErrorOf(
  response: Pick<HttpResponse, 'status' | 'headers' | 'text' | 'hideSent'>,
  request: FailedRequest,
): ConnectorError {
  const error = errorOf({ response, request, body: readErrorBody(response) });
  return response.hideSent?.(error) ?? error;
}

/** The same for an error whose body has been read, as in a JSON batch. */
export function errorOf(input: {
  readonly response: Pick<HttpResponse, 'status' | 'headers'>;
  readonly request: FailedRequest;
  readonly body: ErrorBody;
}): ConnectorError {
  const { response, request, body } = input;
  const { advice, ...verdict } = judge(input);
  const retryAfter = Number(response.headers['retry-after'] ?? Number.NaN);
  return new ConnectorError({
    ...verdict,
    message: describe({ body, advice, status: response.status }),
    retryAfterMs: Number.isFinite(retryAfter) ? Math.max(0, retryAfter * 1000) : undefined,
    httpStatus: response.status,
    vendorCode: body.code,
    requestId:
      body.requestId ?? response.headers['x-request-id'] ?? response.headers['x-ms-request-id'],
    path: body.target ?? body.details.find(({ isError }) => isError)?.target,
    operation: request.operation,
    entity: request.entity,
    key: request.key,
  });
}

function judge(input: {
  readonly response: Pick<HttpResponse, 'status' | 'headers'>;
  readonly request: FailedRequest;
  readonly body: ErrorBody;
}): Verdict {
  const { response, request, body } = input;
  const { status } = response;
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (status < 400) {
    return {
      code: 'ERR_AUTHENTICATION_FAILED',
      category: 'authentication',
      advice:
        'A web page came instead of data, most likely a login page: check the credentials and that the user may use the API (SAP: query parameter saml2=disabled).',
    };
  }
  switch (status) {
    case 400:
    case 422:
      return isLock(body)
        ? locked()
        : { code: 'ERR_VALIDATION', category: 'validation', advice: 'Correct the data.' };
    case 401:
      return {
        code: 'ERR_AUTHENTICATION_FAILED',
        category: 'authentication',
        advice:
          'The system does not accept the sign-in: check user, password or token, and the client.',
      };
    case 403:
      return forbidden(response);
    case 404:
      return body.code === '/IWFND/MED/170' || /no service found/i.test(body.message ?? '')
        ? {
            code: 'ERR_CONFIGURATION',
            category: 'configuration',
            advice:
              'The service is not activated: activate it in transaction /IWFND/MAINT_SERVICE, or set up its communication arrangement.',
          }
        : { code: 'ERR_NOT_FOUND', category: 'not-found' };
    case 405:
    case 501:
      return {
        code: 'ERR_UNSUPPORTED_OPERATION',
        category: 'unsupported',
        advice: 'The service does not offer this operation.',
      };
    case 408:
    case 425:
      return { code: 'ERR_TRANSIENT', category: 'transient' };
    case 409:
      return { code: 'ERR_CONFLICT', category: 'conflict' };
    case 410:
      return {
        code: 'ERR_CHECKPOINT_EXPIRED',
        category: 'not-found',
        advice: 'What the link led to has expired: begin with a full read.',
      };
    case 412:
    case 428:
      return {
        code: 'ERR_CONFLICT',
        category: 'conflict',
        advice: 'The record was changed meanwhile or its version is missing: read it again.',
      };
    case 413:
    case 414:
      return {
        code: 'ERR_VALIDATION',
        category: 'validation',
        advice: 'The request is too large: send fewer records, or the query in a batch.',
      };
    case 423:
      return locked();
    case 429:
      return { code: 'ERR_RATE_LIMITED', category: 'rate-limit', advice: 'Try again later.' };
    case 503:
      return { code: 'ERR_TRANSIENT', category: 'transient', advice: 'Try again later.' };
    default:
      break;
  }
  if (status < 500) return { code: 'ERR_VALIDATION', category: 'validation' };
  if (isLock(body)) return locked();
  // A business exception that the service maps to 500: the work was rolled back.
  if (businessCode.test(body.code ?? '')) {
    return { code: 'ERR_VALIDATION', category: 'validation', advice: 'Correct the data.' };
  }
  return {
    code: 'ERR_TRANSIENT',
    category: 'transient',
    retryable: reads,
    // With an error envelope the service itself rolled back; without one nobody knows.
    outcomeUnknown: !reads && body.code === undefined,
  };
}

function isLock(body: ErrorBody): boolean {
  return [body.message, ...body.details.map(({ message }) => message)].some(
    (message) => message !== undefined && lockText.test(message),
  );
}

function locked(): Verdict {
  return {
    code: 'ERR_LOCKED',
    category: 'conflict',
    retryable: true,
    notExecuted: true,
    advice: 'Another user works on the record: try again later.',
  };
}

function forbidden(response: Pick<HttpResponse, 'headers'>): Verdict {
  return /^required$/i.test(response.headers['x-csrf-token'] ?? '')
    ? {
        code: 'ERR_CSRF_TOKEN_REFUSED',
        category: 'permission',
        advice:
          'The server refuses the CSRF token that it gave. Usually a proxy between drops the cookies of the session.',
      }
    : {
        code: 'ERR_PERMISSION_DENIED',
        category: 'permission',
        advice: 'The user lacks an authorisation for this.',
      };
}

const frameworkCode = /^\/(?:IWBEP|IWFND|IWCOR)\/CX_/;
const mostDetails = 5;
const mostCharacters = 1000;

function describe(input: {
  readonly body: ErrorBody;
  readonly advice: string | undefined;
  readonly status: number;
}): string {
  const { body, advice, status } = input;
  const texts = [body.message, ...detailTexts(body)].filter((text) => text !== undefined);
  const said = [...new Set(texts)].slice(0, mostDetails + 1);
  const head = body.code === undefined ? `HTTP ${status}` : `HTTP ${status}, ${body.code}`;
  const what = said.length === 0 ? '' : `: ${said.join(' | ')}`;
  const text = `${head}${what}`;
  const short = text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
  return advice === undefined ? short : `${short}${/[.!?…]$/.test(short) ? '' : '.'} ${advice}`;
}

function detailTexts(body: ErrorBody): string[] {
  return body.details
    .filter(({ code }) => !frameworkCode.test(code))
    .sort((a, b) => Number(b.isError) - Number(a.isError))
    .map(({ code, message }) =>
      code === '' || code === body.code ? message : `${message} (${code})`,
    );
}
