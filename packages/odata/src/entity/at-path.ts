import { ConnectorError } from '@common/connector-core';

/** The same error, one step further out: `[2]` and `Quantity` become `items[2].Quantity`. */
export function atPath(error: unknown, step: string): unknown {
  if (!ConnectorError.isInstance(error)) return error;
  const inner = error.path;
  const path = inner === undefined ? step : step + (inner.startsWith('[') ? inner : `.${inner}`);
  return new ConnectorError({
    code: error.code,
    category: error.category,
    message:
      inner === undefined ? `${path}: ${error.message}` : path + error.message.slice(inner.length),
    path,
    cause: error.cause,
  });
}
