import { ConnectorError } from '../errors/connector-error.ts';
import type { Secret } from './auth-strategy.ts';

/**
 * The current value of a secret.
 *
 * @param name - the setting that it belongs to, for the message
 * @throws ConnectorError `ERR_CONFIGURATION` when it is empty
 */
export async function readSecret(secret: Secret, name: string): Promise<string> {
  const value = typeof secret === 'function' ? await secret() : secret;
  if (typeof value === 'string' && value !== '') return value;
  throw new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `The setting ${name} is empty. Set it, or check the function that is to supply it.`,
  });
}
