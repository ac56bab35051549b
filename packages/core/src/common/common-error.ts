import { z } from 'zod';
import { ConnectorError } from '../errors/connector-error.ts';
import type { ErrorCategory } from '../errors/error-category.ts';
import type { ErrorCode } from '../errors/error-code.ts';
import type { HttpResponse } from '../http/http-response.ts';

const bodySchema = z.object({
  error_code: z.string(),
  detail: z.string().optional(),
  request_id: z.string().optional(),
});

type Verdict = readonly [ErrorCode, ErrorCategory];

const byErrorCode: Readonly<Record<string, Verdict>> = {
  VALIDATION_ERROR: ['ERR_VALIDATION', 'validation'],
  INVALID_CREDENTIALS: ['ERR_AUTHENTICATION_FAILED', 'authentication'],
  INVALID_TOKEN: ['ERR_AUTHENTICATION_FAILED', 'authentication'],
  FORBIDDEN: ['ERR_PERMISSION_DENIED', 'permission'],
  NOT_FOUND: ['ERR_NOT_FOUND', 'not-found'],
  CONFLICT: ['ERR_CONFLICT', 'conflict'],
  IDEMPOTENCY_CONFLICT: ['ERR_CONFLICT', 'conflict'],
  RATE_LIMITED: ['ERR_RATE_LIMITED', 'rate-limit'],
};

const byStatus: Readonly<Record<number, Verdict>> = {
  400: ['ERR_VALIDATION', 'validation'],
  401: ['ERR_AUTHENTICATION_FAILED', 'authentication'],
  403: ['ERR_PERMISSION_DENIED', 'permission'],
  404: ['ERR_NOT_FOUND', 'not-found'],
  405: ['ERR_UNSUPPORTED_OPERATION', 'unsupported'],
  408: ['ERR_TIMEOUT', 'transient'],
  409: ['ERR_CONFLICT', 'conflict'],
  422: ['ERR_VALIDATION', 'validation'],
  429: ['ERR_RATE_LIMITED', 'rate-limit'],
};

const advice: Partial<Record<ErrorCategory, string>> = {
  authentication:
    'Check COMMON_CLIENT_ID and COMMON_CLIENT_SECRET, and that the API access is active.',
  permission: 'Ask the administrator of your company on Common for this permission.',
  'rate-limit': 'Common asks for fewer requests; later it will take them.',
};

/**
 * Reads the standard error body of Common: `error_code, detail, request_id, timestamp`.
 *
 * A success that is no JSON is a failure too, so that a cut answer is asked for again.
 *
 * @returns the failure, or `undefined` for a success and for an answer that Common did not write
 *   (a proxy's page): its status tells
 */
export function classifyCommonResponse(response: HttpResponse): ConnectorError | undefined {
  if (response.status < 300) return unreadable(response);
  const body = readCommonErrorBody(response);
  if (body === undefined) return undefined;
  const { error_code: vendorCode, detail, request_id: requestId } = body;
  const [code, category] =
    byErrorCode[vendorCode] ?? byStatus[response.status] ?? ofOtherStatus(response.status);
  const said = detail?.trim() || 'no detail given';
  return new ConnectorError({
    code,
    category,
    system: 'common',
    httpStatus: response.status,
    vendorCode,
    requestId,
    message: [
      `Common ${category === 'transient' ? 'failed' : 'refused'}: ${said}${/[.!?]$/.test(said) ? '' : '.'}`,
      advice[category],
    ]
      .filter((part) => part !== undefined)
      .join(' '),
  });
}

function unreadable(response: HttpResponse): ConnectorError | undefined {
  try {
    response.json();
    return undefined;
  } catch (error) {
    return ConnectorError.isInstance(error) ? error : undefined;
  }
}

/** The standard error body, if it is one. */
export function readCommonErrorBody(
  response: HttpResponse,
): z.infer<typeof bodySchema> | undefined {
  let body: unknown;
  try {
    body = response.json();
  } catch {
    return undefined;
  }
  return bodySchema.safeParse(body).data;
}

function ofOtherStatus(status: number): Verdict {
  return status >= 500 ? ['ERR_TRANSIENT', 'transient'] : ['ERR_VALIDATION', 'validation'];
}
