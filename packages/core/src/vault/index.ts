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
  Secret,
  SecretEntry,
  SecretName,
  SecretWriteOptions,
  TenantVault,
  Vault,
} from './vault.ts';
export { type VaultTokenStoreOptions, vaultTokenStore } from './vault-token-store.ts';
