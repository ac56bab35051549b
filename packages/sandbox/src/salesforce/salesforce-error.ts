import type { SandboxResponse } from '../toolkit/sandbox-response.ts';

/** One error as the REST API words it; in a result of a collection the code is called `statusCode`. */
export interface ApiError {
  readonly errorCode: string;
  readonly message: string;
  readonly fields?: readonly string[] | undefined;
}

/** A call or a record that was refused. */
export class SalesforceError extends Error {
  override readonly name = 'SalesforceError';
  readonly status: number;
  readonly errorCode: string;
  readonly fields: readonly string[] | undefined;

  constructor(status: number, errorCode: string, message: string, fields?: readonly string[]) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.fields = fields;
  }
}

export const badRequest = (
  errorCode: string,
  message: string,
  fields?: readonly string[],
): SalesforceError => new SalesforceError(400, errorCode, message, fields);

export const notFound = (
  message = 'The requested resource does not exist',
  errorCode = 'NOT_FOUND',
): SalesforceError => new SalesforceError(404, errorCode, message);

/** The body of a refused call is an array. */
export function errorBody(error: SalesforceError): readonly ApiError[] {
  const { message, errorCode, fields } = error;
  return [fields ? { message, errorCode, fields } : { message, errorCode }];
}

export const errorResponse = (error: SalesforceError): SandboxResponse => ({
  status: error.status,
  body: errorBody(error),
});

/** The same error inside the result of a record. */
export const recordError = (error: SalesforceError) => ({
  statusCode: error.errorCode,
  message: error.message,
  fields: error.fields ?? [],
});
