import type { CallOptions } from '../contract/call-options.ts';
import type { SecretAddress } from './secret-store.ts';

/** What a data key is for. Bound to the wrapped key: it opens for nothing else. */
export interface KeyContext extends SecretAddress {
  readonly version: number;
  /** The key-encryption key. */
  readonly keyId: string;
}

/**
 * Holds key-encryption keys, or knows a service that does, and wraps data keys by them. The first
 * provider of a vault wraps what is written; all of them unwrap.
 */
export interface KeyProvider {
  /** For messages, for example `environment`. */
  readonly kind: string;
  /**
   * The key that new secrets get.
   *
   * @throws ConnectorError `ERR_CONFIGURATION` when there is none, or it is none
   */
  currentKeyId(options?: CallOptions): Promise<string>;
  /** Whether it can unwrap what this key has wrapped. */
  knows(keyId: string, options?: CallOptions): Promise<boolean>;
  /**
   * Wraps a data key of 32 bytes by the key `context.keyId`.
   *
   * @returns printable ASCII without spaces and dots
   */
  wrap(dataKey: Uint8Array, context: KeyContext, options?: CallOptions): Promise<string>;
  /**
   * Unwraps. The caller overwrites the data key after use.
   *
   * @returns `undefined` when the key does not open it, or not for this context
   */
  unwrap(
    wrapped: string,
    context: KeyContext,
    options?: CallOptions,
  ): Promise<Uint8Array | undefined>;
  close?(): Promise<void>;
}
