import { ConnectorError } from '../errors/connector-error.ts';
import type { ErrorCategory } from '../errors/error-category.ts';
import type { ErrorCode } from '../errors/error-code.ts';
import { notJson } from './create-http-response.ts';
import { describeContent } from './describe-content.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';

/**
 * A plugin's reading of an answer, asked before all else and for every status: 200 can be a failure.
 *
 * A status that the request accepts (`acceptStatus`) is not asked about. `response.json()` may be called
 * on any answer: when it throws, the status decides, and a success that is no JSON is a failure.
 *
 * @returns the failure that it is, or `undefined` to leave it to the status
 */
export type ClassifyResponse = (
  response: HttpResponse,
  request: HttpRequest,
) => ConnectorError | undefined;

type Verdict = readonly [ErrorCode, ErrorCategory, string];

const verdicts: Readonly<Record<number, Verdict>> = {
  400: ['ERR_VALIDATION', 'validation', 'The server did not accept the data of the request.'],
  401: [
    'ERR_AUTHENTICATION_FAILED',
    'authentication',
    'The server does not accept the credentials. Check them, and that the account is not locked.',
  ],
  403: [
    'ERR_PERMISSION_DENIED',
    'permission',
    'The account is known but not allowed to do this. Ask the administrator of the system for the permission.',
  ],
  404: ['ERR_NOT_FOUND', 'not-found', 'The server has nothing at this address.'],
  405: ['ERR_UNSUPPORTED_OPERATION', 'unsupported', 'The server does not offer this operation.'],
  408: ['ERR_TIMEOUT', 'transient', 'The server waited too long for the request.'],
  409: ['ERR_CONFLICT', 'conflict', 'The record is in another state than expected. Read it again.'],
  410: ['ERR_NOT_FOUND', 'not-found', 'What was asked for is gone.'],
  412: ['ERR_CONFLICT', 'conflict', 'The record has changed meanwhile. Read it again.'],
  413: ['ERR_VALIDATION', 'validation', 'The request is too large for the server. Send less.'],
  422: ['ERR_VALIDATION', 'validation', 'The server did not accept the data of the request.'],
  423: ['ERR_CONFLICT', 'conflict', 'The record is locked.'],
  425: ['ERR_TRANSIENT', 'transient', 'The server asks to send the request again.'],
  429: ['ERR_RATE_LIMITED', 'rate-limit', 'The server asks for fewer requests.'],
  501: ['ERR_UNSUPPORTED_OPERATION', 'unsupported', 'The server does not offer this operation.'],
};

/**
 * What an answer means by its status and kind alone.
 *
 * @returns the failure, or `undefined` when it is a success
 */
export function classifyByStatus(
  response: HttpResponse,
  request: HttpRequest,
): ConnectorError | undefined {
  const { status } = response;
  if (status < 300 || status === 304) return classifySuccess(response, request);
  const [code, category, message] = verdicts[status] ?? fallback(status);
  return new ConnectorError({
    code,
    category,
    message: `${message} (HTTP ${status})`,
    httpStatus: status,
  });
}

function fallback(status: number): Verdict {
  if (status >= 500) return ['ERR_TRANSIENT', 'transient', 'The server failed.'];
  if (status >= 400) return ['ERR_VALIDATION', 'validation', 'The server refused the request.'];
  return ['ERR_CONFIGURATION', 'configuration', 'The server points elsewhere. Check the base URL.'];
}

/** A page for people in place of data: a write behind it did not happen, whatever the status says. */
function classifySuccess(response: HttpResponse, request: HttpRequest): ConnectorError | undefined {
  const contentType = response.headers['content-type'];
  if (contentType === undefined || !/\bhtml\b/i.test(contentType)) return undefined;
  if (response.stream !== undefined || response.bytes.length === 0) return undefined;
  if (/\bhtml\b/i.test(headerOf(request, 'accept') ?? '')) return undefined;
  if (!describeContent(response.bytes).isHtml) return undefined;
  return notJson({ bytes: response.bytes, contentType, status: response.status });
}

function headerOf(request: HttpRequest, name: string): string | undefined {
  for (const [header, value] of Object.entries(request.headers ?? {})) {
    if (header.toLowerCase() === name) return value;
  }
  return undefined;
}
