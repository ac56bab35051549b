import { abortable } from '../../clock/abortable.ts';
import type { Clock } from '../../contract/clock.ts';
import { ConnectorError } from '../../errors/connector-error.ts';
import type { AuthContext, AuthStrategy, RequestDraft } from '../auth-strategy.ts';
import type { IssuedToken } from './issued-token.ts';
import { firstPauseMs } from './refusal-pauses.ts';
import { storeIssuedToken } from './store-issued-token.ts';
import { createTokenRenewal, type RefreshableToken } from './token-renewal.ts';
import type { StoredToken } from './token-store.ts';

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
   * Renews. When it fails with `vendorCode` `invalid_grant` (or with
   * `ERR_REAUTHORIZATION_REQUIRED`), the refresh token has ended: `obtain` is tried. So it is after a
   * failure of category `authentication` without a `vendorCode`. Any other failure stands, and the
   * token is kept. A response without a refresh token keeps the old one.
   */
  readonly refresh?:
    | ((previous: RefreshableToken, context: AuthContext) => Promise<IssuedToken>)
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

const mostRenewals = 3;

interface Renewal {
  readonly accessToken: string;
  readonly at: number;
  readonly count: number;
}

/** A sign-in by token, into which a token can also be put from outside. */
export interface TokenAuth extends AuthStrategy {
  /**
   * Stores a token that came another way, for example by an authorization callback, and uses it from
   * the next request on. Other processes take it at the latest when the one they use has ended.
   */
  saveToken(
    issued: IssuedToken,
    context: Pick<AuthContext, 'tokens' | 'connection' | 'clock' | 'signal'>,
  ): Promise<void>;
}

/**
 * The part that all sign-ins by token share: caching, renewal before expiry, one renewal for all who
 * wait for it, in this process and in all that share the store, a late 401 that does not renew again.
 * After a refusal the token endpoint is left alone for 5 seconds, for longer with every further one,
 * and so it is after three renewals that did not help: whoever calls meanwhile gets the same error.
 * A server that is unwell takes no token away: what is valid goes on to be used, and the refresh
 * token stays stored. See `createTokenRenewal` for what happens when a process dies in a refresh.
 */
export function createTokenAuth(options: TokenAuthOptions): TokenAuth {
  const { kind, obtain, refresh, apply = applyBearer, baseUrl, revoke } = options;
  const { renewAheadMs = 60_000 } = options;
  /** As the store had it last. */
  const current = new Map<string, StoredToken>();
  const flights = new Map<string, Promise<StoredToken>>();
  /** After a renewal ahead of time that failed. */
  const restsUntil = new Map<string, number>();
  /** The last renewal after a 401, and how many came before it one upon the other. */
  const renewals = new Map<string, Renewal>();
  const used = new WeakMap<RequestDraft, string>();

  const isFresh = (token: StoredToken, { clock }: Pick<AuthContext, 'clock'>): boolean => {
    if (token.expiresAt === undefined) return true;
    // A token that lives shorter than the margin would else be renewed for every request.
    const aheadMs = Math.min(renewAheadMs, (token.expiresAt - token.obtainedAt) / 2);
    return token.expiresAt - aheadMs > clock.now();
  };

  const renew = createTokenRenewal({
    kind,
    obtain,
    refresh,
    isFresh,
    onStored: (token, { connection }) => void current.set(connection, token),
  });

  /** One renewal at a time; whoever comes meanwhile shares it. A caller that leaves does not end it. */
  const renewOnce = (refused: string | undefined, context: AuthContext): Promise<StoredToken> => {
    const { connection, signal } = context;
    let flight = flights.get(connection);
    if (flight === undefined) {
      flight = renew(refused, { ...context, signal: undefined }).finally(() =>
        flights.delete(connection),
      );
      flights.set(connection, flight);
    }
    return abortable(flight, signal);
  };

  const tokenOf = async (context: AuthContext): Promise<StoredToken> => {
    const { connection, clock, signal } = context;
    const cached = current.get(connection);
    if (cached === undefined || hasEnded(cached, clock)) return renewOnce(undefined, context);
    if (isFresh(cached, context)) return cached;
    // It is to be renewed ahead of time: one does so, the others need not wait.
    if (flights.has(connection)) return cached;
    if ((restsUntil.get(connection) ?? 0) > clock.now()) return cached;
    try {
      return await renewOnce(undefined, context);
    } catch (error) {
      const latest = current.get(connection) ?? cached;
      if (signal?.aborted || hasEnded(latest, clock)) throw error;
      const askedMs = ConnectorError.isInstance(error) ? (error.retryAfterMs ?? 0) : 0;
      restsUntil.set(connection, clock.now() + Math.max(firstPauseMs, askedMs));
      context.logger.warn('A token could not be renewed ahead of time; it goes on to be used.', {
        kind,
        code: ConnectorError.isInstance(error) ? error.code : undefined,
      });
      return latest;
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
      const cached = current.get(context.connection);
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
    expiry(connection) {
      const token = current.get(connection);
      if (token === undefined) return undefined;
      return { accessExpiresAt: token.expiresAt, refreshExpiresAt: token.refreshExpiresAt };
    },
    async saveToken(issued, { tokens, connection, clock, signal }) {
      const stored = await storeIssuedToken({ tokens, connection, issued, clock, signal });
      current.set(connection, stored.token);
    },
    async close(context) {
      const { connection, tokens } = context;
      // A rotation under way is stored before anything ends.
      await flights.get(connection)?.catch(() => undefined);
      const token = current.get(connection);
      current.delete(connection);
      if (revoke === undefined || token === undefined) return;
      await tokens.remove(connection);
      await revoke(token, context);
    },
  };
}

function hasEnded(token: StoredToken, clock: Clock): boolean {
  return token.expiresAt !== undefined && token.expiresAt <= clock.now();
}

function applyBearer(draft: RequestDraft, token: StoredToken): void {
  draft.headers.authorization = `Bearer ${token.accessToken}`;
}
