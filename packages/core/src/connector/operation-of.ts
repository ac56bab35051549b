import { ConnectorError } from '../errors/connector-error.ts';
import type { OperationName } from './parse-input.ts';

/**
 * What runs an operation of `call`.
 *
 * @throws ConnectorError `ERR_UNSUPPORTED_OPERATION`, naming those there are
 */
export function operationOf<Operation>(
  operations: Readonly<Record<string, Operation>>,
  { system, operation }: OperationName,
): Operation {
  const found = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (found !== undefined) return found;
  throw new ConnectorError({
    code: 'ERR_UNSUPPORTED_OPERATION',
    category: 'unsupported',
    message: `The connector ${system} has no operation "${operation}". It has ${Object.keys(operations).join(', ')}.`,
    system,
    operation,
  });
}
