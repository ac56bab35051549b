import type { SecretAddress } from './secret-store.ts';
import { invalidSecret } from './vault-error.ts';

const mostCharacters = 512;

/**
 * Refuses addresses that are empty, or that a database or an encoding could change: two of them must
 * never become the same.
 *
 * @throws ConnectorError `ERR_VALIDATION`
 */
export function checkAddress(address: SecretAddress): void {
  for (const part of ['tenant', 'connection', 'name'] as const) {
    const text: unknown = address[part];
    if (typeof text !== 'string' || text === '') {
      throw invalidSecret(`The ${part} of a secret is missing. Give a text that is not empty.`);
    }
    if (text.length > mostCharacters || text.includes('\u0000') || !text.isWellFormed()) {
      throw invalidSecret(
        `The ${part} of a secret has to be well-formed text of at most ${mostCharacters} characters, without U+0000.`,
      );
    }
  }
}
