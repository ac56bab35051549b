import type { AuthContext } from '../auth-strategy.ts';
import type { StoredToken } from './token-store.ts';

/** Between attempts of a store that fails. */
const pausesMs = [100, 400] as const;

/** A token that the server issued, and what it takes the place of. */
export interface TokenReplacement {
  readonly token: StoredToken;
  readonly previous: StoredToken | undefined;
}

/**
 * Stores a token in place of `previous`, and tries hard: a rotated refresh token that is lost locks
 * the connection out.
 *
 * @param place - the version that `previous` was read with, and whether a token that came in
 *   between is worth more than ours
 * @returns `false` when one did, and is stored
 * @throws what the store throws the third time
 */
export async function persistToken(
  { token, previous }: TokenReplacement,
  { tokens, connection, clock }: AuthContext,
  place: { readonly version: number; readonly isOfUse: (other: StoredToken) => boolean },
): Promise<boolean> {
  let expected = place.version;
  for (let failures = 0; ; ) {
    try {
      const version = await tokens.write(connection, token, expected);
      if (version !== undefined) return true;
      const stored = await tokens.read(connection);
      if (stored === undefined) {
        // Disconnected meanwhile: it does not rise again.
        if (previous !== undefined) return false;
      } else if (stored.token.accessToken !== previous?.accessToken) {
        if (place.isOfUse(stored.token)) return false;
      }
      // Else it is `previous` with the mark of one who thought us dead: ours is newer.
      expected = stored?.version ?? 0;
    } catch (error) {
      const pauseMs = pausesMs[failures];
      failures += 1;
      if (pauseMs === undefined) throw error;
      await clock.sleep(pauseMs);
    }
  }
}
