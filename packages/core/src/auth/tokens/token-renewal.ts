import type { ConnectorError } from '../../errors/connector-error.ts';
import type { AuthContext } from '../auth-strategy.ts';
import { type IssuedToken, stampToken } from './issued-token.ts';
import { persistToken, type TokenReplacement } from './persist-token.ts';
import { createRefusalPauses } from './refusal-pauses.ts';
import {
  classifyRefreshFailure,
  isPlainRefusal,
  isReauthorization,
  reauthorizationRequired,
} from './refused-grant.ts';
import { renewalContended, runUnderLease } from './renewal-lease.ts';
import type { StoredToken, VersionedToken } from './token-store.ts';

/** What a renewal is made of; see `TokenAuthOptions`. */
export interface TokenRenewalOptions {
  readonly kind: string;
  readonly obtain?: ((context: AuthContext) => Promise<IssuedToken>) | undefined;
  readonly refresh?:
    | ((previous: RefreshableToken, context: AuthContext) => Promise<IssuedToken>)
    | undefined;
  readonly isFresh: (token: StoredToken, context: AuthContext) => boolean;
  /** Told what the store holds, whenever it was read or written. */
  readonly onStored: (token: StoredToken, context: AuthContext) => void;
}

/** A stored token that came with a refresh token. */
export type RefreshableToken = StoredToken & { readonly refreshToken: string };

/** @param refused - the access token that the server no longer takes */
export type RenewToken = (
  refused: string | undefined,
  context: AuthContext,
) => Promise<StoredToken>;

/** Each round but the last lost a race. */
const mostRounds = 5;

/**
 * Makes the function that answers with a token other than the refused one, from the store or from
 * the server. In this order, under the lease of the store: read again, since the one before us may
 * have renewed; store the mark `refreshing`; send the refresh token; store what came; then use it.
 *
 * Whoever finds a mark finds a refresh that was cut off: the same refresh token is sent once more,
 * and works if the server never acted, or allows a second use for a while. If it refuses, its first
 * answer was lost on the way. **No client can close this window**, which opens when the server
 * rotates and closes when we have stored the answer: it is `ERR_REAUTHORIZATION_REQUIRED`, its
 * message says so, and `ended.reason` in the store is `interrupted`.
 */
export function createTokenRenewal(options: TokenRenewalOptions): RenewToken {
  const { kind, obtain, refresh, isFresh, onStored } = options;
  const pauses = createRefusalPauses();
  /** Issued, but the store failed: stored before anything else is asked for. */
  const unsaved = new Map<string, TokenReplacement>();
  /** For which token a person was called, so that it happens once. */
  const announced = new Map<string, string>();

  const settle = (token: StoredToken, context: AuthContext): StoredToken => {
    pauses.clear(context.connection);
    announced.delete(context.connection);
    onStored(token, context);
    return token;
  };

  const callPerson = (
    error: ConnectorError,
    token: StoredToken | undefined,
    { connection, notify }: AuthContext,
  ): ConnectorError => {
    const subject = token?.refreshToken ?? token?.accessToken ?? '';
    if (announced.get(connection) !== subject) {
      announced.set(connection, subject);
      notify?.({ type: 'reauthorization-required', reason: error.message });
    }
    return error;
  };

  const canRefresh = (token: StoredToken | undefined): token is RefreshableToken =>
    refresh !== undefined && token?.refreshToken !== undefined && token.ended === undefined;

  return async (refused, context) => {
    const { connection, tokens, clock, logger } = context;

    const isUsable = (token: StoredToken): boolean =>
      token.accessToken !== refused && isFresh(token, context);

    /** What is stored now. Throws where the server is not to be asked for more. */
    const look = async (): Promise<{ stored?: VersionedToken; usable?: StoredToken }> => {
      const stored = await tokens.read(connection);
      if (stored !== undefined && isUsable(stored.token)) {
        return { usable: settle(stored.token, context) };
      }
      if (stored !== undefined) onStored(stored.token, context);
      const ended = stored?.token.ended;
      if (ended !== undefined && obtain === undefined) {
        throw reauthorizationRequired(kind, ended.reason);
      }
      const rest = pauses.current(connection, clock);
      if (rest !== undefined) throw rest;
      return stored === undefined ? {} : { stored };
    };

    /** @returns `undefined` when the store holds something newer, which is to be looked at */
    const persist = async (
      replacement: TokenReplacement,
      version: number,
    ): Promise<StoredToken | undefined> => {
      const { token, previous } = replacement;
      unsaved.set(connection, replacement);
      const isOfUse = (other: StoredToken): boolean => isUsable(other) || canRefresh(other);
      const isOurs = await persistToken(replacement, context, { version, isOfUse });
      unsaved.delete(connection);
      if (!isOurs) return undefined;
      settle(token, context);
      if (previous !== undefined) {
        const { expiresAt } = token;
        const end = expiresAt === undefined ? undefined : new Date(expiresAt).toISOString();
        context.notify?.({ type: 'token-refreshed', expiresAt: end });
      }
      return token;
    };

    /** What a refresh that failed leaves in the store. @returns whether a look at it is worth while */
    const noteFailure = async (
      error: unknown,
      old: RefreshableToken,
      version: number,
    ): Promise<boolean> => {
      const failure = classifyRefreshFailure(error);
      if (failure === 'uncertain') return false;
      if (failure === 'unused') {
        // The mark goes. If that fails it stays: a later refusal is called an interruption then.
        const written = await tokens.write(connection, old, version).catch(() => version);
        return written === undefined;
      }
      const at = clock.now();
      const reason = old.refreshing === undefined ? 'revoked' : 'interrupted';
      const ended: StoredToken = {
        ...old,
        refreshing: undefined,
        ended: { at, reason },
        // The API refused it too: nobody else need try it.
        expiresAt: old.accessToken === refused ? at : old.expiresAt,
      };
      // Where another one used the refresh token first, its winner is in the store.
      const isStored = (await tokens.write(connection, ended, version)) !== undefined;
      if (!isStored || obtain !== undefined) return true;
      onStored(ended, context);
      throw reauthorizationRequired(kind, reason, error);
    };

    const renewBy = async (
      send: NonNullable<typeof refresh>,
      { token: old, version }: { token: RefreshableToken; version: number },
      limited: AuthContext,
    ): Promise<StoredToken | undefined> => {
      const requestedAt = clock.now();
      const marked = { ...old, refreshing: old.refreshing ?? { startedAt: requestedAt } };
      const held = await tokens.write(connection, marked, version);
      if (held === undefined) return undefined;
      let issued: IssuedToken;
      try {
        issued = await send(old, limited);
      } catch (error) {
        if (await noteFailure(error, old, held)) return undefined;
        throw error;
      }
      const token = stampToken(issued, { requestedAt, previous: old });
      return persist({ token, previous: old }, held);
    };

    const renew = async (limited: AuthContext): Promise<StoredToken> => {
      let wantsSignIn = false;
      for (let round = 0; round < mostRounds; round += 1) {
        const { stored, usable } = await look();
        if (usable !== undefined) return usable;
        const old = stored?.token;
        const version = stored?.version ?? 0;
        const kept = unsaved.get(connection);
        if (kept !== undefined && kept.previous?.refreshToken === old?.refreshToken) {
          await persist(kept, version);
          continue;
        }
        const isRefresh = canRefresh(old) && !wantsSignIn;
        if (!isRefresh && obtain === undefined) {
          throw callPerson(reauthorizationRequired(kind, 'none'), old, context);
        }
        try {
          let token: StoredToken | undefined;
          if (isRefresh && refresh !== undefined) {
            token = await renewBy(refresh, { token: old, version }, limited);
          } else if (obtain !== undefined) {
            const requestedAt = clock.now();
            const issued = await obtain(limited);
            token = await persist(
              { token: stampToken(issued, { requestedAt }), previous: old },
              version,
            );
          }
          if (token !== undefined) return token;
        } catch (error) {
          if (isRefresh && obtain !== undefined && isPlainRefusal(error)) {
            logger.debug('The refresh was refused; signing in anew.', { kind });
            wantsSignIn = true;
            continue;
          }
          if (isReauthorization(error)) callPerson(error, old, context);
          pauses.note(connection, error, clock);
          throw error;
        }
      }
      throw renewalContended();
    };

    const { usable } = await look();
    return usable ?? runUnderLease(context, renew, async () => (await look()).usable);
  };
}
