import type { CallOptions } from '../contract/call-options.ts';

/** Where a secret is: no part is ever empty. */
export interface SecretAddress {
  readonly tenant: string;
  readonly connection: string;
  /** For example `credentials` or `token`. */
  readonly name: string;
}

/** A row: an encrypted secret. Nothing but the address can be read from it. */
export interface SealedSecret extends SecretAddress {
  /** Changes with every write of the value, not when its key is exchanged. */
  readonly version: number;
  /** The key-encryption key that wraps its data key. */
  readonly keyId: string;
  /** The envelope. */
  readonly sealed: string;
}

/** Which rows to list, and how many. */
export interface SecretQuery {
  readonly tenant?: string | undefined;
  readonly connection?: string | undefined;
  /** Only rows that another key wraps. */
  readonly exceptKeyId?: string | undefined;
  /** The last row of the page before. */
  readonly after?: SecretAddress | undefined;
  readonly limit: number;
}

/** A row, and what its envelope becomes under another key. */
export interface RewrappedSecret {
  readonly before: SealedSecret;
  readonly keyId: string;
  readonly sealed: string;
}

/** How many secrets a key wraps. */
export interface KeyUse {
  readonly keyId: string;
  readonly secrets: number;
}

/** What the holder of a lease gets. */
export interface SecretLease {
  /** Aborted when the lease was lost, for example because this process stood still for longer than it. */
  readonly signal: AbortSignal;
}

/** Options of a lease. */
export interface SecretLeaseOptions extends CallOptions {
  /**
   * How long a holder that does not answer any more keeps others waiting. A living one renews.
   * @default 30_000
   */
  readonly ttlMs?: number | undefined;
}

/**
 * Where the vault keeps its rows. It sees encrypted text only; that a row is where it belongs is
 * checked by the vault. `secretStoreConformance` proves an implementation.
 */
export interface SecretStore {
  /** Whether it survives the process. */
  readonly durable: boolean;
  read(address: SecretAddress, options?: CallOptions): Promise<SealedSecret | undefined>;
  /**
   * Compare-and-set, durable when it resolves.
   *
   * @param expectedVersion - of the row that it replaces; 0: there is none
   * @returns whether it was written
   */
  write(secret: SealedSecret, expectedVersion: number, options?: CallOptions): Promise<boolean>;
  /**
   * @param expectedVersion - of the row to remove; absent: any
   * @returns whether there was one
   */
  remove(
    address: SecretAddress,
    options?: CallOptions & { readonly expectedVersion?: number | undefined },
  ): Promise<boolean>;
  /** A page of rows in an order that does not change. */
  list(query: SecretQuery, options?: CallOptions): Promise<readonly SealedSecret[]>;
  /**
   * Exchanges envelopes. A row that is not exactly as it was read any more is left as it is.
   *
   * @returns for each whether it was exchanged
   */
  rewrap(changes: readonly RewrappedSecret[], options?: CallOptions): Promise<readonly boolean[]>;
  /** The keys that rows are wrapped by. */
  keysInUse(options?: CallOptions): Promise<readonly KeyUse[]>;
  /** What proves that a key is the one that this vault knows by the id. */
  readKeyCheck(keyId: string, options?: CallOptions): Promise<string | undefined>;
  /** Stores it unless there is one. @returns the one that is stored */
  addKeyCheck(keyId: string, check: string, options?: CallOptions): Promise<string>;
  removeKeyCheck(keyId: string, options?: CallOptions): Promise<void>;
  /** Runs `work` while no other process runs work for the same address; waits for its turn. */
  withLease<Result>(
    address: SecretAddress,
    work: (lease: SecretLease) => Promise<Result>,
    options?: SecretLeaseOptions,
  ): Promise<Result>;
  close(): Promise<void>;
}
