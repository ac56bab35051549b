import { ConnectorError } from '../../errors/connector-error.ts';
import type { KeyProvider } from '../key-provider.ts';
import { localKeys } from './local-keys.ts';
import { parseKeys } from './parse-keys.ts';

/** Options of `environmentKeys`. */
export interface EnvironmentKeysOptions {
  /**
   * Name of the variable.
   * @default 'COMMON_VAULT_KEY'
   */
  readonly variable?: string | undefined;
  /** @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Keys from an environment variable: 32 bytes in base64 or hexadecimal, as `id:key` (without an id it
 * is `environment`). To change keys, put the new one before the old one, separated by a comma.
 *
 * Child processes inherit the environment, and on Linux whoever runs as the same user can read it.
 */
export function environmentKeys(options: EnvironmentKeysOptions = {}): KeyProvider {
  const { variable = 'COMMON_VAULT_KEY', environment = process.env } = options;
  return localKeys('environment', async () => {
    const text = environment[variable];
    if (text === undefined || text.trim() === '') {
      throw new ConnectorError({
        code: 'ERR_CONFIGURATION',
        category: 'configuration',
        message: `The environment variable ${variable} is not set, and the key of the vault is to be in it. Make one with "openssl rand -base64 32", keep a copy where it is safe, and set it.`,
      });
    }
    return parseKeys(text, {
      defaultId: 'environment',
      where: `The environment variable ${variable}`,
    });
  });
}
