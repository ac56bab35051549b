import { ConnectorError } from '../errors/connector-error.ts';

/** A connection that the policy does not let come about. Nothing was sent. */
export function blockedAddress(message: string, cause?: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_BLOCKED_ADDRESS',
    category: 'configuration',
    message,
    notExecuted: true,
    cause,
  });
}

/** A setting of the policy that cannot be used. */
export function unusablePolicy(message: string): ConnectorError {
  return new ConnectorError({ code: 'ERR_CONFIGURATION', category: 'configuration', message });
}
