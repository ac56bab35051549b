import { ConnectorError } from '@common/connector-core';

/**
 * The error of a value that does not have the form its type demands. Tells the type and the rule,
 * never the value: it may be personal data. The caller adds the path.
 */
export function wireValueError(input: {
  readonly type: string;
  readonly expected: string;
  readonly value: unknown;
}): ConnectorError {
  const { value } = input;
  const found =
    typeof value === 'string'
      ? `a text of ${value.length} characters`
      : value === null
        ? 'null'
        : Array.isArray(value)
          ? 'a list'
          : `a value of type ${typeof value}`;
  return new ConnectorError({
    code: 'ERR_MAPPING',
    category: 'mapping',
    message: `${input.type}: expected ${input.expected}, found ${found}.`,
  });
}
