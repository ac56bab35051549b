/** A bad value on its way to becoming a `ConnectorError`. No stack: it is caught within the record. */
export class Refusal {
  readonly rule: string;
  /** Whether the same value may pass later, for example when the record that it names has come over. */
  readonly mayPass: boolean;

  constructor(rule: string, mayPass = false) {
    this.rule = rule;
    this.mayPass = mayPass;
  }
}

/**
 * Refuses a value, for codecs. The mapping adds path and type and throws a `ConnectorError` with code
 * `ERR_MAPPING`.
 *
 * @param rule What is expected, in words, without the value itself
 */
export function refuse(rule: string): never {
  throw new Refusal(rule);
}

/** Refuses a value that may pass later without being changed: the error is `retryable`. */
export function refuseForNow(rule: string): never {
  throw new Refusal(rule, true);
}
