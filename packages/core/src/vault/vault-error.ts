import { ConnectorError } from '../errors/connector-error.ts';
import type { KeyUse, SecretAddress } from './secret-store.ts';

const placeOf = ({ tenant, connection, name }: SecretAddress): string =>
  `The secret "${name}" of connection "${connection}" of tenant "${tenant}"`;

export function keyUnknown(secret: SecretAddress & { readonly keyId: string }): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VAULT_KEY_UNKNOWN',
    category: 'configuration',
    message: `${placeOf(secret)} is encrypted under the key "${secret.keyId}", which no key provider of this vault has. Add that key to the providers; old keys stay beside the new one until rotate() has run.`,
    key: secret.name,
  });
}

/** None of the keys that the vault was written with is configured. */
export function vaultOfOtherKeys(uses: readonly KeyUse[], current: string): ConnectorError {
  const count = uses.reduce((sum, { secrets }) => sum + secrets, 0);
  const ids = uses.map(({ keyId }) => `"${keyId}"`).join(', ');
  return new ConnectorError({
    code: 'ERR_VAULT_KEY_UNKNOWN',
    category: 'configuration',
    message: `The vault holds ${count} ${count === 1 ? 'secret' : 'secrets'} under ${ids}, and only "${current}" is configured: none of them would open. Configure the key that it was written with; to change keys, give the new one first and the old one beside it, and run rotate().`,
  });
}

export function keyWrong(keyId: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VAULT_KEY_WRONG',
    category: 'configuration',
    message: `The key that is configured as "${keyId}" is not the one that this vault was written with. Restore the former key or passphrase; a new key needs an id of its own, with the old one beside it until rotate() has run.`,
  });
}

export function tampered(secret: SecretAddress & { readonly keyId: string }): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VAULT_TAMPERED',
    category: 'configuration',
    message: `${placeOf(secret)} does not decrypt although its key "${secret.keyId}" is there: the row was changed, damaged or moved from elsewhere. Restore it from a backup, or store the secret again.`,
    key: secret.name,
  });
}

export function secretConflict(secret: SecretAddress): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFLICT',
    category: 'conflict',
    message: `${placeOf(secret)} has changed since it was read. Read it again.`,
    key: secret.name,
  });
}

export function invalidSecret(what: string): ConnectorError {
  return new ConnectorError({ code: 'ERR_VALIDATION', category: 'validation', message: what });
}

export function keyInUse({ keyId, secrets }: KeyUse): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VAULT_KEY_IN_USE',
    category: 'conflict',
    message: `${secrets} ${secrets === 1 ? 'secret is' : 'secrets are'} still under the key "${keyId}". Run rotate() first, and look at what failed.`,
  });
}
