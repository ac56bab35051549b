import { ConnectorError } from '../errors/connector-error.ts';
import type { Secret } from './auth-strategy.ts';

/**
 * The current value of a secret.
 *
 * @param name - the setting that it belongs to, for the message
 * @throws ConnectorError `ERR_CONFIGURATION` when it is empty, or the function that supplies it fails
 */
export async function readSecret(secret: Secret, name: string): Promise<string> {
  const value = typeof secret === 'function' ? await supplied(secret, name) : secret;
  if (typeof value === 'string' && value !== '') return value;
  throw new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `The setting ${name} is empty. Set it, or check the function that is to supply it.`,
    notExecuted: true,
  });
}

async function supplied(supply: () => string | Promise<string>, name: string): Promise<string> {
  try {
    return await supply();
  } catch (cause) {
    if (ConnectorError.isInstance(cause)) throw cause;
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The function that supplies the setting ${name} failed. Its error is the cause of this one.`,
      notExecuted: true,
      cause,
    });
  }
}
