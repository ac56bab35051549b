import type { CallOptions } from '../contract/call-options.ts';

/** Where an event stands: never seen, being taken in by somebody, or safe. */
export type DeliveryState = 'new' | 'pending' | 'done';

/** Event ids of one endpoint. */
export interface DeliveryIds {
  /** Separates endpoints and tenants. */
  readonly scope: string;
  readonly ids: readonly string[];
}

/**
 * Remembers which events have arrived, so that a repeated delivery is told from a new one: also after
 * a restart, where the log is durable.
 */
export interface DeliveryLog {
  /**
   * Takes the events that nobody has, all or none: when one of them is pending, nothing is taken.
   * A claim ends by itself at `until`: whoever had it has died.
   *
   * @param claim - `now` and `until` in milliseconds since the epoch
   * @returns what each id was before, in order
   */
  claim(
    claim: DeliveryIds & { readonly now: number; readonly until: number },
    options?: CallOptions,
  ): Promise<readonly DeliveryState[]>;
  /** The events are safe. They are remembered until `until`. */
  confirm(
    confirmation: DeliveryIds & { readonly until: number },
    options?: CallOptions,
  ): Promise<void>;
  /** Gives a claim back. Events that are safe stay so. */
  release(ids: DeliveryIds, options?: CallOptions): Promise<void>;
}
