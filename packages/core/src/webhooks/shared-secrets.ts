import type { Secret } from '../auth/auth-strategy.ts';
import { readSecret } from '../auth/read-secret.ts';
import { equalBytes } from '../crypto/hmac.ts';
import { ConnectorError } from '../errors/connector-error.ts';

/**
 * One secret, or several while it is being changed: whatever fits one of them is accepted. Give the
 * new one first, and remove the old one when the vendor uses the new one.
 */
export type SharedSecrets = Secret | readonly Secret[];

/** The secrets as they are now. @throws ConnectorError `ERR_CONFIGURATION` when there is none */
export async function readSecrets(
  secrets: SharedSecrets,
  name: string,
): Promise<readonly string[]> {
  const all = Array.isArray(secrets) ? (secrets as readonly Secret[]) : [secrets as Secret];
  if (all.length === 0) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The setting ${name} is an empty list: no request could be verified. Set the secret of the endpoint.`,
      path: name,
    });
  }
  return Promise.all(all.map((secret) => readSecret(secret, name)));
}

/** Whether one of the candidates is the value. Looks at all of them, each in constant time. */
export function isOneOf(value: string, candidates: readonly string[]): boolean {
  return candidates.map((candidate) => equalBytes(value, candidate)).includes(true);
}
