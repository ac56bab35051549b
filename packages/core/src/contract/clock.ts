/**
 * Where time comes from. Everything that waits or reads the time takes one, so that tests run on a
 * fake clock and never sleep.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Resolves after `milliseconds`; rejects with the signal's reason as soon as `signal` aborts.
   * An aborted wait leaves no timer behind.
   */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
