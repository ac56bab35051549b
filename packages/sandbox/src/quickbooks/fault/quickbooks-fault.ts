/** The `type` of a Fault. The schema of the vendor misspells authorization; the service does not. */
export type FaultType =
  | 'ValidationFault'
  | 'SystemFault'
  | 'AuthenticationFault'
  | 'AuthorizationFault';

export interface QuickbooksFaultInit {
  readonly code: string;
  readonly message: string;
  readonly detail: string;
  readonly element?: string | undefined;
  /** @default 400 */
  readonly status?: number | undefined;
  /** @default 'ValidationFault' */
  readonly type?: FaultType | undefined;
}

/** What the accounting service refuses a call with. */
export class QuickbooksFault extends Error {
  readonly code: string;
  readonly detail: string;
  readonly element: string;
  readonly status: number;
  readonly type: FaultType;

  constructor(init: QuickbooksFaultInit) {
    super(init.message);
    this.code = init.code;
    this.detail = init.detail;
    this.element = init.element ?? '';
    this.status = init.status ?? 400;
    this.type = init.type ?? 'ValidationFault';
  }
}

/** The `Fault` of an answer or of an item of a batch. */
export function faultBody(fault: QuickbooksFault) {
  const { message: Message, detail: Detail, code, element, type } = fault;
  return { Fault: { Error: [{ Message, Detail, code, element }], type } };
}
