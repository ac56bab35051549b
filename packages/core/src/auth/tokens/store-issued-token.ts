import type { CallOptions } from '../../contract/call-options.ts';
import type { Clock } from '../../contract/clock.ts';
import { type IssuedToken, stampToken } from './issued-token.ts';
import type { TokenStore, VersionedToken } from './token-store.ts';

/** A token from outside, and where to put it. */
export interface StoreIssuedTokenOptions extends CallOptions {
  readonly tokens: TokenStore;
  /** Name of the connection in the store. */
  readonly connection: string;
  readonly issued: IssuedToken;
  readonly clock: Clock;
  /** When it was asked for. @default now */
  readonly requestedAt?: number | undefined;
}

/**
 * Stores a token that did not come from a renewal, for example by an authorization callback. It
 * takes the place of whatever is stored, also of what a renewal under way would store.
 */
export async function storeIssuedToken(options: StoreIssuedTokenOptions): Promise<VersionedToken> {
  const { tokens, connection, issued, clock, signal } = options;
  const token = stampToken(issued, { requestedAt: options.requestedAt ?? clock.now() });
  for (;;) {
    const stored = await tokens.read(connection, { signal });
    const version = await tokens.write(connection, token, stored?.version ?? 0, { signal });
    if (version !== undefined) return { token, version };
  }
}
