/** A bad value on its way to becoming a `ConnectorError`. No stack: it is caught within the record. */
export class Refusal {
  readonly rule: string;

  constructor(rule: string) {
    this.rule = rule;
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
