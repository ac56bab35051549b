import { abortable } from '../../clock/abortable.ts';
import { ConnectorError } from '../../errors/connector-error.ts';
import type { AuthContext, AuthStrategy, RequestDraft } from '../auth-strategy.ts';
import { type IssuedToken, stampToken } from './issued-token.ts';
import type { StoredToken, VersionedToken } from './token-store.ts';

export type { IssuedToken } from './issued-token.ts';

/** What a sign-in by token is made of. */
export interface TokenAuthOptions {
  /** For example `oauth2-client-credentials`. */
  readonly kind: string;
  /**
   * Signs in from nothing. Absent where a person has to: then a refused refresh token is
   * `ERR_REAUTHORIZATION_REQUIRED`.
   */
  readonly obtain?: ((context: AuthContext) => Promise<IssuedToken>) | undefined;
  /**
   * Renews. When it fails with category `authentication`, `obtain` is tried; with any other, the
   * token is kept and the failure stands. A response without a refresh token keeps the old one.
   */
  readonly refresh?:
    | ((
        previous: StoredToken & { readonly refreshToken: string },
        context: AuthContext,
      ) => Promise<IssuedToken>)
    | undefined;
  /** @default sets `authorization: Bearer <accessToken>` */
  readonly apply?: ((draft: RequestDraft, token: StoredToken) => void) | undefined;
  /** Where the API is, by what came with the token. See `AuthStrategy.baseUrl`. */
  readonly baseUrl?: ((token: StoredToken) => string | undefined) | undefined;
  /** Ends the session at the vendor. */
  readonly revoke?: ((token: StoredToken, context: AuthContext) => Promise<void>) | undefined;
  /**
   * So long before its expiry a token is renewed.
   * @default 60_000
   */
  readonly renewAheadMs?: number | undefined;
}

const firstPauseMs = 5_000;
const longestPauseMs = 5 * 60_000;

const mostRenewals = 3;

interface Renewal {
  readonly accessToken: string;
  readonly at: number;
  readonly count: number;
}

/** A sign-in that failed for good: it is not repeated for every call that follows. */
interface Refusal {
  readonly error: ConnectorError;
  readonly until: number;
  readonly pauseMs: number;
}

/**
 * The part that all sign-ins by token share: caching, renewal before expiry, one renewal for all who
 * wait for it, a late 401 that does not renew again, compare-and-set in the token store. After a
 * refusal the token endpoint is left alone for 5 seconds, for longer with every further one, and so
 * it is after three renewals that did not help: whoever calls meanwhile gets the same error.
 */
export function createTokenAuth(options: TokenAuthOptions): AuthStrategy {
  const { kind, apply = applyBearer, baseUrl, revoke, renewAheadMs = 60_000 } = options;
  const current = new Map<string, VersionedToken>();
  const flights = new Map<string, Promise<StoredToken>>();
  const refusals = new Map<string, Refusal>();
  /** The last renewal after a 401, and how many came before it one upon the other. */
  const renewals = new Map<string, Renewal>();
  const used = new WeakMap<RequestDraft, string>();

  const isFresh = (token: StoredToken, context: AuthContext): boolean => {
    if (token.expiresAt === undefined) return true;
    // A token that lives shorter than the margin would else be renewed for every request.
    const aheadMs = Math.min(renewAheadMs, (token.expiresAt - token.obtainedAt) / 2);
    return token.expiresAt - aheadMs > context.clock.now();
  };

  const issue = async (
    previous: StoredToken | undefined,
    context: AuthContext,
  ): Promise<StoredToken> => {
    const startedAt = context.clock.now();
    const refreshToken = previous?.refreshToken;
    if (options.refresh !== undefined && previous !== undefined && refreshToken !== undefined) {
      try {
        const issued = await options.refresh({ ...previous, refreshToken }, context);
        return stampToken(issued, { requestedAt: startedAt, previous });
      } catch (error) {
        if (!isRefusal(error)) throw error;
        if (options.obtain === undefined) throw reauthorization(kind, error);
        context.logger.debug('The refresh token was refused; signing in anew.', { kind });
      }
    }
    if (options.obtain === undefined) throw reauthorization(kind, undefined);
    const signInAt = context.clock.now();
    return stampToken(await options.obtain(context), { requestedAt: signInAt });
  };

  /** Notes a failure that trying again does not help. */
  const remember = (error: unknown, { connection, clock }: AuthContext): unknown => {
    if (ConnectorError.isInstance(error) && !error.retryable) {
      const before = refusals.get(connection)?.pauseMs;
      const pauseMs = before === undefined ? firstPauseMs : Math.min(before * 2, longestPauseMs);
      refusals.set(connection, { error, until: clock.now() + pauseMs, pauseMs });
    }
    return error;
  };

  /** @param refused - the access token that the server no longer takes */
  const renew = async (refused: string | undefined, context: AuthContext): Promise<StoredToken> => {
    const { connection, tokens } = context;
    const isUsable = (token: StoredToken): boolean =>
      token.accessToken !== refused && isFresh(token, context);

    let stored = await tokens.read(connection);
    if (stored === undefined || !isUsable(stored.token)) {
      const refusal = refusals.get(connection);
      const pauseMs = (refusal?.until ?? 0) - context.clock.now();
      if (refusal !== undefined && pauseMs > 0) throw refusal.error.with({ retryAfterMs: pauseMs });
      let token: StoredToken;
      try {
        token = await issue(stored?.token, context);
        refusals.delete(connection);
      } catch (error) {
        // Another process may have used the refresh token first: its winner is in the store.
        const winner = isRefusal(error) ? await tokens.read(connection) : undefined;
        if (winner === undefined || winner.version === stored?.version || !isUsable(winner.token)) {
          throw remember(error, context);
        }
        current.set(connection, winner);
        return winner.token;
      }
      // Stored before it is used: a rotated refresh token that is lost locks the connection out.
      for (;;) {
        const expected: number = stored?.version ?? 0;
        const version = await tokens.write(connection, token, expected);
        if (version !== undefined) {
          stored = { token, version };
          break;
        }
        stored = await tokens.read(connection);
        if (stored !== undefined && isUsable(stored.token)) break;
      }
    }
    current.set(connection, stored);
    return stored.token;
  };

  /** One renewal at a time; whoever comes meanwhile shares it. A caller that leaves does not end it. */
  const renewOnce = (refused: string | undefined, context: AuthContext): Promise<StoredToken> => {
    const { connection, tokens, signal } = context;
    let flight = flights.get(connection);
    if (flight === undefined) {
      // Ending a rotation halfway would lose the new refresh token, so no caller's signal reaches it.
      const shared: AuthContext = { ...context, signal: undefined };
      const work = () => renew(refused, shared);
      flight = (
        tokens.withLease === undefined ? work() : tokens.withLease(connection, work)
      ).finally(() => flights.delete(connection));
      flights.set(connection, flight);
    }
    return abortable(flight, signal);
  };

  const tokenOf = async (context: AuthContext): Promise<StoredToken> => {
    const cached = current.get(context.connection)?.token;
    if (cached === undefined) return renewOnce(undefined, context);
    if (isFresh(cached, context)) return cached;
    try {
      return await renewOnce(undefined, context);
    } catch (error) {
      // It was to be renewed ahead of time, and there still is some.
      if (context.signal?.aborted || (cached.expiresAt ?? 0) <= context.clock.now()) throw error;
      return cached;
    }
  };

  return {
    kind,
    ...(baseUrl === undefined
      ? {}
      : { baseUrl: async (context: AuthContext) => baseUrl(await tokenOf(context)) }),
    async authorize(draft, context) {
      const token = await tokenOf(context);
      used.set(draft, token.accessToken);
      apply(draft, token);
    },
    async recover(failure, context) {
      const cached = current.get(context.connection)?.token;
      const refused = failure.draft === undefined ? undefined : used.get(failure.draft);
      const isNewer =
        cached !== undefined &&
        (refused === undefined
          ? cached.obtainedAt > failure.signedAt
          : cached.accessToken !== refused);
      if (isNewer && isFresh(cached, context)) return 'retry';
      const old = refused ?? cached?.accessToken;
      const last = renewals.get(context.connection);
      const isAgain =
        last?.accessToken === old && context.clock.now() - (last?.at ?? 0) < firstPauseMs;
      const count = isAgain ? (last?.count ?? 0) + 1 : 1;
      // Renewed again and again, and the new one is refused too: it is not the token.
      if (count > mostRenewals) return 'fail';
      const { accessToken } = await renewOnce(old, context);
      renewals.set(context.connection, { accessToken, at: context.clock.now(), count });
      return 'retry';
    },
    async close(context) {
      const token = current.get(context.connection)?.token;
      current.delete(context.connection);
      if (revoke === undefined || token === undefined) return;
      await context.tokens.remove(context.connection);
      await revoke(token, context);
    },
  };
}

function applyBearer(draft: RequestDraft, token: StoredToken): void {
  draft.headers.authorization = `Bearer ${token.accessToken}`;
}

function isRefusal(error: unknown): boolean {
  return (
    ConnectorError.isInstance(error) &&
    (error.category === 'authentication' || error.code === 'ERR_REAUTHORIZATION_REQUIRED')
  );
}

function reauthorization(kind: string, cause: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_REAUTHORIZATION_REQUIRED',
    category: 'authentication',
    message: `The connection (${kind}) is no longer authorised. Someone has to sign in and grant access again.`,
    cause,
  });
}
