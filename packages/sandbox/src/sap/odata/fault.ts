type Severity = 'success' | 'info' | 'warning' | 'error';

/** One message of the application, on a success or inside an error. */
export interface SapMessage {
  /** Message class and number, such as `06/048`. */
  readonly code: string;
  readonly message: string;
  readonly severity: Severity;
  /** Property that it is about. */
  readonly target?: string;
}

/** A refused call; the dialect gives it its wire form. */
export class SapFault extends Error {
  override readonly name = 'SapFault';
  readonly status: number;
  readonly code: string;
  /** `business`: raised by the application; `framework`: by Gateway itself. */
  readonly origin: 'business' | 'framework';
  readonly details: readonly SapMessage[];

  constructor(fault: {
    readonly status: number;
    readonly code: string;
    readonly message: string;
    readonly origin?: 'business' | 'framework';
    readonly details?: readonly SapMessage[];
  }) {
    super(fault.message);
    this.status = fault.status;
    this.code = fault.code;
    this.origin = fault.origin ?? 'framework';
    this.details = fault.details ?? [];
  }
}

/** Error of Gateway about the request's form. */
export const badRequest = (message: string, code = '/IWBEP/CM_MGW_RT/000'): SapFault =>
  new SapFault({ status: 400, code, message });

/** The text names the segment, as the real one does. */
export const segmentNotFound = (segment: string): SapFault =>
  new SapFault({
    status: 404,
    code: '005056A509B11EE1B9A8FEC11C21D78E',
    message: `Resource not found for the segment '${segment}'.`,
  });

export const entityNotFound = (typeName: string, key: string): SapFault =>
  new SapFault({
    status: 404,
    code: '/IWBEP/CM_MGW_RT/020',
    message: `Resource ${typeName} with key ${key} not found.`,
  });

/** All that the application found wrong, in one answer; the first message is the outer one. */
export function businessFault(messages: readonly SapMessage[], status = 400): SapFault {
  const first = messages.find((message) => message.severity === 'error') ?? messages[0];
  return new SapFault({
    status,
    code: first?.code ?? 'SY/530',
    message: first?.message ?? 'An exception was raised.',
    origin: 'business',
    details: messages,
  });
}
