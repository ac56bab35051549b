import type { SandboxResponse } from '../toolkit/sandbox-response.ts';

/** An error of the Common API. */
export class CommonApiError extends Error {
  readonly status: number;
  readonly errorCode: string;

  constructor(status: number, errorCode: string, detail: string) {
    super(detail);
    this.status = status;
    this.errorCode = errorCode;
  }
}

export const invalid = (detail: string): CommonApiError =>
  new CommonApiError(400, 'VALIDATION_ERROR', detail);

export const conflict = (detail: string): CommonApiError =>
  new CommonApiError(409, 'CONFLICT', detail);

export const missing = (what: string): CommonApiError =>
  new CommonApiError(404, 'NOT_FOUND', `There is no such ${what}`);

export const unauthorized = (errorCode: string, detail: string): CommonApiError =>
  new CommonApiError(401, errorCode, detail);

const codeByStatus: Readonly<Record<number, string>> = {
  400: 'VALIDATION_ERROR',
  401: 'INVALID_TOKEN',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  408: 'REQUEST_TIMEOUT',
  409: 'CONFLICT',
  429: 'RATE_LIMITED',
  500: 'INTERNAL_ERROR',
  502: 'BAD_GATEWAY',
  503: 'SERVICE_UNAVAILABLE',
  504: 'GATEWAY_TIMEOUT',
};

/** The error code that stands for a bare status. */
export const errorCodeOf = (status: number): string => codeByStatus[status] ?? `HTTP_${status}`;

/** The standard error body. */
export function errorResponse(
  error: { readonly status: number; readonly errorCode: string; readonly message: string },
  requestId: string,
  timestamp: string,
): SandboxResponse {
  return {
    status: error.status,
    headers: {
      'x-request-id': requestId,
      ...(error.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
    body: {
      error_code: error.errorCode,
      detail: error.message,
      request_id: requestId,
      timestamp,
    },
  };
}
