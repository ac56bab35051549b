import type { CallOptions } from '../contract/call-options.ts';
import type { JsonValue } from '../contract/json.ts';
import type { KeyUse, SecretAddress, SecretLease, SecretLeaseOptions } from './secret-store.ts';

/** Where a secret is within its tenant. */
export type SecretName = Omit<SecretAddress, 'tenant'>;

/** A secret, decrypted. */
export interface StoredSecret {
  readonly value: JsonValue;
  /** For `expectedVersion`. Versions of one secret differ, also after it was removed and stored anew. */
  readonly version: number;
}

/** What can be told of a secret without opening it. */
export interface SecretEntry extends SecretName {
  readonly version: number;
  readonly keyId: string;
}

/** Options of writes. */
export interface SecretWriteOptions extends CallOptions {
  /**
   * The version that was read; 0 where there was none. `ERR_CONFLICT` when it is another by now.
   * @default whatever is there is replaced
   */
  readonly expectedVersion?: number | undefined;
}

/** The secrets of one tenant. Nothing reachable from here belongs to another. */
export interface TenantVault {
  readonly tenant: string;
  /**
   * @returns `undefined` when there is no such secret, and only then
   * @throws ConnectorError `ERR_VAULT_KEY_UNKNOWN` when no provider has its key, `ERR_VAULT_KEY_WRONG`
   *   when the key is not the one that the vault knows, `ERR_VAULT_TAMPERED` when the row does not
   *   belong here or was changed
   */
  get(name: SecretName, options?: CallOptions): Promise<StoredSecret | undefined>;
  /**
   * Stores a secret, durable when it resolves.
   *
   * @returns its version
   * @throws ConnectorError `ERR_CONFLICT`, and as `get`; `ERR_VALIDATION` for what is no JSON
   */
  put(name: SecretName, value: JsonValue, options?: SecretWriteOptions): Promise<number>;
  /** @returns whether there was one */
  remove(name: SecretName, options?: SecretWriteOptions): Promise<boolean>;
  /** Names, never values. */
  list(
    options?: CallOptions & { readonly connection?: string | undefined },
  ): AsyncIterable<SecretEntry>;
  /** Runs `work` while nobody else, in any process, runs work for the same secret. */
  withLease<Result>(
    name: SecretName,
    work: (lease: SecretLease) => Promise<Result>,
    options?: SecretLeaseOptions,
  ): Promise<Result>;
}

/** What a rotation has done. */
export interface RotationReport {
  /** The key that everything is under now, but what failed. */
  readonly keyId: string;
  readonly rewrapped: number;
  /** Were under the key before. */
  readonly already: number;
  readonly failed: readonly RotationFailure[];
  /** Old keys that nothing needs any more: `forgetKey`, and take them out of the providers. */
  readonly unusedKeyIds: readonly string[];
}

/** A secret that could not be brought under the new key. It is as it was. */
export interface RotationFailure extends SecretAddress {
  /** `ERR_VAULT_KEY_UNKNOWN`, `ERR_VAULT_KEY_WRONG` or `ERR_VAULT_TAMPERED`. */
  readonly code: string;
}

/** How far a rotation is. */
export interface RotationProgress {
  readonly rewrapped: number;
  readonly failed: number;
  /** What was under other keys when it began. */
  readonly total: number;
}

/** Options of `rotate`. */
export interface RotateOptions extends CallOptions {
  readonly onProgress?: ((progress: RotationProgress) => void) | undefined;
  /**
   * Secrets of one step; a step is stored at once.
   * @default 200
   */
  readonly pageSize?: number | undefined;
}

/** Secrets at rest, encrypted. Made by `createVault`. */
export interface Vault {
  forTenant(tenant: string): TenantVault;
  /**
   * Checks every key that secrets are under, for the start of a process: what would fail later fails
   * now.
   *
   * @throws ConnectorError `ERR_VAULT_KEY_UNKNOWN`, `ERR_VAULT_KEY_WRONG`, and what the providers throw
   */
  verifyKeys(options?: CallOptions): Promise<void>;
  /**
   * Brings all secrets under the current key by wrapping their data keys anew; texts and versions
   * stay as they are. Safe beside readers, writers and another rotation. One that was interrupted
   * goes on where it was when it is started again.
   *
   * @throws ConnectorError what the providers and the store throw; what was done stays done
   */
  rotate(options?: RotateOptions): Promise<RotationReport>;
  /** The keys that secrets are under. */
  keysInUse(options?: CallOptions): Promise<readonly KeyUse[]>;
  /**
   * Forgets a key that no secret is under any more, so that its id could be given to another.
   *
   * @throws ConnectorError `ERR_VAULT_KEY_IN_USE`
   */
  forgetKey(keyId: string, options?: CallOptions): Promise<void>;
  /** Lets go of what the key providers hold. The store belongs to whoever made it. */
  close(): Promise<void>;
}
