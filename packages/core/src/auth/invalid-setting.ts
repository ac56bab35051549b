import { ConnectorError } from '../errors/connector-error.ts';

/** A setting that cannot work. The message says what to do and shows no value of a secret. */
export function invalidSetting(path: string | undefined, message: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message,
    path,
    notExecuted: true,
  });
}
