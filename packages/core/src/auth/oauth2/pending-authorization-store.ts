/** A sign-in that was begun: what its callback needs. */
export interface PendingAuthorization {
  /** Name of the connection that it is for. */
  readonly connection: string;
  /** The server that was asked, so that no other answers in its place. */
  readonly tokenUrl: string;
  readonly redirectUri: string;
  /** PKCE (RFC 7636); absent where the server takes none. A secret: keep it as you keep tokens. */
  readonly codeVerifier?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Where a sign-in waits for its callback, by its `state`. The callback may reach another process:
 * share the store between them.
 */
export interface PendingAuthorizationStore {
  put(state: string, pending: PendingAuthorization): Promise<void>;
  /**
   * Removes and answers, in one step: of two callers with the same `state` one gets it. That it has
   * ended is for the caller to see.
   */
  take(state: string): Promise<PendingAuthorization | undefined>;
}

const mostPending = 10_000;

/** Keeps begun sign-ins in this process, the newest 10,000. */
export function memoryPendingAuthorizationStore(): PendingAuthorizationStore {
  const waiting = new Map<string, PendingAuthorization>();
  return {
    async put(state, pending) {
      waiting.set(state, pending);
      // Those that nobody came back from would else stay for ever.
      const [oldest] = waiting.keys();
      if (waiting.size > mostPending && oldest !== undefined) waiting.delete(oldest);
    },
    async take(state) {
      const pending = waiting.get(state);
      waiting.delete(state);
      return pending;
    },
  };
}
