/**
 * The vault: credentials and tokens of connections, encrypted at rest, apart by tenant.
 *
 * ```ts
 * import { createHttpClient, oauth2ClientCredentials } from '@common/connector-core';
 * import { createVault, environmentKeys, vaultTokenStore } from '@common/connector-core/vault';
 * import { openStore, sqlSecretStore } from '@common/connector-runtime';
 *
 * // export COMMON_VAULT_KEY=2026:$(openssl rand -base64 32)
 * const secrets = sqlSecretStore({ store: openStore({ url: './data/vault.db' }) });
 * const vault = createVault({ secrets, keys: environmentKeys() });
 * await vault.verifyKeys(); // a wrong or missing key is told at the start, in words
 *
 * const acme = vault.forTenant('acme');
 * const name = { connection: 'sap-production', name: 'credentials' };
 * await acme.put(name, { clientId: 'integration', clientSecret: '…' });
 * const stored = await acme.get(name); // { value, version }, undefined when there is none
 * await acme.put(name, { ... }, { expectedVersion: stored.version }); // ERR_CONFLICT when it changed
 * for await (const { connection, name } of acme.list()) console.log(connection, name);
 *
 * // Tokens live there too: one refresh at a time over all processes that share the store.
 * const tokens = vaultTokenStore({ vault, tenant: 'acme' });
 * const client = createHttpClient({ system: 'sap', baseUrl, auth, tokens });
 *
 * // A new key: COMMON_VAULT_KEY=2027:<new>,2026:<old> in all processes, then once
 * const report = await vault.rotate({ onProgress: console.log });
 * for (const keyId of report.unusedKeyIds) await vault.forgetKey(keyId); // take it out of the variable
 * await vault.close();
 * await secrets.close();
 * ```
 *
 * Every write is encrypted by AES-256-GCM under a data key of its own, which is wrapped by a
 * key-encryption key: of an environment variable, a file, a passphrase, HashiCorp Vault or AWS KMS.
 * A row opens at its own tenant, connection, name and version only. Whoever has the rows, but not the
 * key, learns the names, how long the values are and when they change, and can put an older row of
 * the same secret back. Whoever can read the memory of the process, or has both rows and key, has the
 * secrets.
 *
 * @module
 */
export { createVault, type VaultOptions } from './create-vault.ts';
export type { KeyContext, KeyProvider } from './key-provider.ts';
export { type AwsKmsKeysOptions, type AwsKmsLike, awsKmsKeys } from './keys/aws-kms-keys.ts';
export { type EnvironmentKeysOptions, environmentKeys } from './keys/environment-keys.ts';
export { type FileKeysOptions, fileKeys } from './keys/file-keys.ts';
export { type PassphraseKeysOptions, passphraseKeys } from './keys/passphrase-keys.ts';
export { type TransitKeysOptions, transitKeys } from './keys/transit-keys.ts';
export { memorySecretStore } from './memory-secret-store.ts';
export type {
  KeyUse,
  RewrappedSecret,
  SealedSecret,
  SecretAddress,
  SecretLease,
  SecretLeaseOptions,
  SecretQuery,
  SecretStore,
} from './secret-store.ts';
export {
  type SecretStoreConformanceOptions,
  secretStoreConformance,
} from './secret-store-conformance.ts';
export { exportSecret, importSecret, type TransferredSecret } from './secret-transfer.ts';
export type {
  RotateOptions,
  RotationFailure,
  RotationProgress,
  RotationReport,
  SecretEntry,
  SecretName,
  SecretWriteOptions,
  StoredSecret,
  TenantVault,
  Vault,
} from './vault.ts';
export { vaultPendingAuthorizations } from './vault-pending-authorizations.ts';
export { type VaultTokenStoreOptions, vaultTokenStore } from './vault-token-store.ts';
