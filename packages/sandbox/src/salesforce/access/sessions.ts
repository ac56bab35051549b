import type { SandboxClock } from '../../toolkit/sandbox-clock.ts';
import type { SeededRandom } from '../../toolkit/seeded-random.ts';

/** A live access token. */
export interface Session {
  readonly accessToken: string;
  readonly userId: string;
  readonly clientId: string;
  readonly scope: string;
  readonly issuedMs: number;
  readonly expiresMs: number;
}

/** A token pair that was granted. */
export interface TokenPair {
  readonly session: Session;
  /** Absent when the flow gives none, or the old one stays. */
  readonly refreshToken: string | undefined;
}

export interface Sessions {
  /** Opens a grant. */
  grant(grant: {
    readonly userId: string;
    readonly clientId: string;
    readonly scope: string;
    readonly hasRefreshToken: boolean;
  }): TokenPair;
  /** A new session for a refresh token; undefined when it is void. Re-use of an old one ends the grant. */
  refresh(refreshToken: string, clientId: string): TokenPair | undefined;
  find(accessToken: string | undefined): Session | undefined;
  /** Ends the grant of a refresh token or the session of an access token. */
  revoke(token: string): boolean;
  expire(accessToken: string): void;
  expireAll(): void;
  revokeAll(): void;
  /** Live sessions and grants with a refresh token. */
  counts(): { readonly sessions: number; readonly grants: number };
}

interface Grant {
  readonly userId: string;
  readonly clientId: string;
  readonly scope: string;
  refreshToken: string | undefined;
  readonly retired: Set<string>;
  readonly sessions: Map<string, Session>;
  usedMs: number;
  isRevoked: boolean;
}

// A sixth authorisation of the same user and app silently ends the oldest one.
const maximumGrants = 5;
const dayMs = 24 * 60 * 60 * 1_000;

export function createSessions(options: {
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  readonly organizationId: string;
  readonly lifeMs: number;
  readonly rotates: boolean;
  readonly idleDays: number | undefined;
}): Sessions {
  const { clock, random, lifeMs, rotates, idleDays } = options;
  let grants: Grant[] = [];

  const secret = (): string =>
    Buffer.from(`${random.uuid()}${random.uuid()}`).toString('base64url');
  const open = (grant: Grant): Session => {
    const now = clock.now();
    for (const [token, { expiresMs }] of grant.sessions) {
      if (expiresMs <= now) grant.sessions.delete(token);
    }
    const session: Session = {
      accessToken: `${options.organizationId.slice(0, 15)}!AQ${secret()}`,
      userId: grant.userId,
      clientId: grant.clientId,
      scope: grant.scope,
      issuedMs: now,
      expiresMs: now + lifeMs,
    };
    grant.sessions.set(session.accessToken, session);
    grant.usedMs = now;
    return session;
  };
  const newRefreshToken = (): string => `5Aep861${secret()}`;
  const end = (grant: Grant): void => {
    grant.isRevoked = true;
    grant.sessions.clear();
  };
  const isIdle = (grant: Grant): boolean =>
    idleDays !== undefined && clock.now() - grant.usedMs > idleDays * dayMs;

  return {
    grant({ userId, clientId, scope, hasRefreshToken }) {
      const now = clock.now();
      grants = grants.filter(({ isRevoked, refreshToken, sessions }) => {
        const isAlive = [...sessions.values()].some(({ expiresMs }) => expiresMs > now);
        return !isRevoked && (refreshToken !== undefined || isAlive);
      });
      const grant: Grant = {
        userId,
        clientId,
        scope,
        refreshToken: hasRefreshToken ? newRefreshToken() : undefined,
        retired: new Set(),
        sessions: new Map(),
        usedMs: clock.now(),
        isRevoked: false,
      };
      grants.push(grant);
      const same = grants.filter(
        (other) =>
          other.refreshToken !== undefined &&
          other.userId === userId &&
          other.clientId === clientId,
      );
      if (same.length > maximumGrants) end(same[0]!);
      return { session: open(grant), refreshToken: grant.refreshToken };
    },
    refresh(refreshToken, clientId) {
      const grant = grants.find(
        (candidate) =>
          candidate.refreshToken === refreshToken || candidate.retired.has(refreshToken),
      );
      if (!grant || grant.isRevoked || grant.clientId !== clientId || isIdle(grant)) {
        return undefined;
      }
      if (grant.retired.has(refreshToken)) {
        end(grant);
        return undefined;
      }
      if (!rotates) return { session: open(grant), refreshToken: undefined };
      grant.retired.add(refreshToken);
      grant.refreshToken = newRefreshToken();
      return { session: open(grant), refreshToken: grant.refreshToken };
    },
    find(accessToken) {
      if (accessToken === undefined) return undefined;
      for (const { sessions } of grants) {
        const session = sessions.get(accessToken);
        if (session) return session.expiresMs > clock.now() ? session : undefined;
      }
      return undefined;
    },
    revoke(token) {
      for (const grant of grants) {
        if (grant.sessions.delete(token)) return true;
        if (grant.refreshToken !== token || grant.isRevoked) continue;
        end(grant);
        return true;
      }
      return false;
    },
    expire(accessToken) {
      for (const { sessions } of grants) sessions.delete(accessToken);
    },
    expireAll() {
      for (const { sessions } of grants) sessions.clear();
    },
    revokeAll() {
      for (const grant of grants) end(grant);
    },
    counts() {
      const now = clock.now();
      const live = grants.flatMap(({ sessions }) => [...sessions.values()]);
      return {
        sessions: live.filter(({ expiresMs }) => expiresMs > now).length,
        grants: grants.filter((grant) => grant.refreshToken !== undefined && !grant.isRevoked)
          .length,
      };
    },
  };
}
