/** What the gateway before the accounting service refuses a call with: another envelope, in lower case. */
export class GatewayFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly type: string;

  constructor(init: {
    readonly status: number;
    readonly name: string;
    /** Six digits as in the message. */
    readonly errorCode: string;
    readonly code: string;
    readonly detail: string;
    readonly type: string;
  }) {
    super(`message=${init.name}; errorCode=${init.errorCode}; statusCode=${init.status}`);
    this.status = init.status;
    this.code = init.code;
    this.detail = init.detail;
    this.type = init.type;
  }
}

export const authenticationFailed = (detail: string): GatewayFault =>
  new GatewayFault({
    status: 401,
    name: 'AuthenticationFailed',
    errorCode: '003200',
    code: '3200',
    detail,
    type: 'AUTHENTICATION',
  });

export const authorizationFailed = (detail: string): GatewayFault =>
  new GatewayFault({
    status: 403,
    name: 'ApplicationAuthorizationFailed',
    errorCode: '003100',
    code: '3100',
    detail,
    type: 'AUTHORIZATION',
  });

export const throttleExceeded = (): GatewayFault =>
  new GatewayFault({
    status: 429,
    name: 'ThrottleExceeded',
    errorCode: '003001',
    code: '003001',
    detail: 'The request limit was reached. Please wait',
    type: 'THROTTLE',
  });

/** The gateway's envelope. */
export function gatewayFaultBody({ message, detail, code, type }: GatewayFault) {
  return {
    warnings: null,
    intuitObject: null,
    fault: { error: [{ message, detail, code, element: null }], type },
    report: null,
    queryResponse: null,
    batchItemResponse: [],
    cdcresponse: [],
    attachableResponse: [],
    syncErrorResponse: null,
    requestId: null,
    status: null,
  };
}
