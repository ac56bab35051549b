/** What can happen to a connection between its calls. */
export type LifecycleEventType =
  | 'connected'
  | 'disconnected'
  | 'token-refreshed'
  | 'reauthorization-required'
  | 'throttled'
  | 'breaker-opened'
  | 'breaker-half-opened'
  | 'breaker-closed';

/** Something in the life of a connection that an operator wants to know. Holds no secret. */
export interface LifecycleEvent {
  readonly type: LifecycleEventType;
  /** ISO instant, UTC. */
  readonly at: string;
  /** `manifest.id` of the connector. */
  readonly system: string;
  /** The vendor tenant. */
  readonly tenant: string;
  /** Name of the connection in the token store. */
  readonly connection: string;
  /** In words, redacted. */
  readonly reason?: string | undefined;
  /** `throttled`, `breaker-opened`: how long nothing is sent. */
  readonly retryAfterMs?: number | undefined;
  /** `token-refreshed`: when the new access token ends, ISO instant. */
  readonly expiresAt?: string | undefined;
}
