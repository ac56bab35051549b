import type { SandboxClock } from '../../toolkit/sandbox-clock.ts';
import type { SeededRandom } from '../../toolkit/seeded-random.ts';

/** How long things live. */
interface TokenLifetimes {
  readonly codeSeconds: number;
  readonly accessSeconds: number;
  /** Since the last refresh. */
  readonly refreshSeconds: number;
  /** Since consent, whatever happens. */
  readonly refreshHardSeconds: number;
  /** How long a refresh token goes on working after it was rotated; 0 is strict. */
  readonly previousRefreshSeconds: number;
}

/** What a user agreed to: one app, one company. */
interface Grant {
  readonly realmId: string;
  readonly scope: string;
  readonly consentedAt: number;
  isRevoked: boolean;
  refreshToken: string;
  refreshedAt: number;
}

export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly grant: Grant;
  readonly accessSeconds: number;
  readonly refreshSeconds: number;
  readonly refreshHardSeconds: number;
}

/** Why a token or code is not accepted. `dead` was good once. */
export type TokenRefusal = 'unknown' | 'dead';

export interface TokenBook {
  issueCode(grant: {
    readonly realmId: string;
    readonly scope: string;
    readonly redirectUri: string;
  }): string;
  redeem(code: string, redirectUri: string | undefined): IssuedTokens | TokenRefusal;
  connect(realmId: string, scope: string): IssuedTokens;
  refresh(refreshToken: string): IssuedTokens | TokenRefusal;
  /** The grant behind a live access token. */
  authenticate(accessToken: string): Grant | TokenRefusal;
  /** Ends the grant that an access or refresh token belongs to. */
  revoke(token: string): boolean;
  expireAccess(accessToken: string | undefined): void;
  /** Ends access tokens, or everything, of a company; of all without one. */
  expireRealm(realmId: string | undefined, what: 'access' | 'refresh'): number;
  readonly counts: {
    readonly grants: number;
    readonly refreshes: number;
    readonly refused: number;
  };
}

export interface TokenBookOptions {
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  readonly lifetimes: TokenLifetimes;
}

export function createTokenBook({ clock, random, lifetimes }: TokenBookOptions): TokenBook {
  const codes = new Map<
    string,
    { realmId: string; scope: string; redirectUri: string; issuedAt: number; isUsed: boolean }
  >();
  const grants: Grant[] = [];
  const access = new Map<string, { grant: Grant; expiresAt: number }>();
  // A rotated token stays known: it is dead, not unknown.
  const refresh = new Map<string, { grant: Grant; replacedAt: number | undefined }>();
  let refreshes = 0;
  let refused = 0;

  const token = (prefix: string): string =>
    `${prefix}${random.uuid()}${random.uuid()}`.replaceAll('-', '');

  const hardEnd = (grant: Grant): number =>
    grant.consentedAt + lifetimes.refreshHardSeconds * 1_000;
  const refreshEnd = (grant: Grant): number =>
    Math.min(grant.refreshedAt + lifetimes.refreshSeconds * 1_000, hardEnd(grant));

  const rotate = (grant: Grant): void => {
    const old = refresh.get(grant.refreshToken);
    if (old) old.replacedAt = clock.now();
    grant.refreshToken = token('RT1-');
    grant.refreshedAt = clock.now();
    refresh.set(grant.refreshToken, { grant, replacedAt: undefined });
  };

  const issue = (grant: Grant): IssuedTokens => {
    const accessToken = token('eyJ');
    access.set(accessToken, { grant, expiresAt: clock.now() + lifetimes.accessSeconds * 1_000 });
    return {
      accessToken,
      refreshToken: grant.refreshToken,
      grant,
      accessSeconds: lifetimes.accessSeconds,
      refreshSeconds: Math.floor((refreshEnd(grant) - clock.now()) / 1_000),
      refreshHardSeconds: Math.floor((hardEnd(grant) - clock.now()) / 1_000),
    };
  };

  const open = (realmId: string, scope: string): IssuedTokens => {
    const at = clock.now();
    const grant: Grant = {
      realmId,
      scope,
      consentedAt: at,
      isRevoked: false,
      refreshToken: '',
      refreshedAt: at,
    };
    grants.push(grant);
    rotate(grant);
    return issue(grant);
  };

  const refuse = (why: TokenRefusal): TokenRefusal => {
    refused += 1;
    return why;
  };

  return {
    issueCode(grant) {
      const code = token('AB1');
      codes.set(code, { ...grant, issuedAt: clock.now(), isUsed: false });
      return code;
    },
    redeem(code, redirectUri) {
      const known = codes.get(code);
      if (!known || known.redirectUri !== redirectUri) return refuse('unknown');
      const isLate = clock.now() >= known.issuedAt + lifetimes.codeSeconds * 1_000;
      if (known.isUsed || isLate) return refuse('dead');
      known.isUsed = true;
      return open(known.realmId, known.scope);
    },
    connect: open,
    refresh(refreshToken) {
      const known = refresh.get(refreshToken);
      if (!known) return refuse('unknown');
      const { grant, replacedAt } = known;
      if (grant.isRevoked || clock.now() >= refreshEnd(grant)) return refuse('dead');
      if (replacedAt === undefined) rotate(grant);
      else if (clock.now() >= replacedAt + lifetimes.previousRefreshSeconds * 1_000) {
        return refuse('dead');
      }
      refreshes += 1;
      return issue(grant);
    },
    authenticate(accessToken) {
      const known = access.get(accessToken);
      if (!known) return 'unknown';
      if (known.grant.isRevoked || clock.now() >= known.expiresAt) return 'dead';
      return known.grant;
    },
    revoke(given) {
      const grant = access.get(given)?.grant ?? refresh.get(given)?.grant;
      if (!grant || grant.isRevoked) return false;
      grant.isRevoked = true;
      return true;
    },
    expireAccess(accessToken) {
      const known = accessToken === undefined ? undefined : access.get(accessToken);
      if (known) known.expiresAt = Number.NEGATIVE_INFINITY;
    },
    expireRealm(realmId, what) {
      let count = 0;
      if (what === 'refresh') {
        for (const grant of grants) {
          if (grant.isRevoked || (realmId !== undefined && grant.realmId !== realmId)) continue;
          grant.isRevoked = true;
          count += 1;
        }
        return count;
      }
      for (const entry of access.values()) {
        if (realmId !== undefined && entry.grant.realmId !== realmId) continue;
        if (entry.expiresAt > clock.now()) count += 1;
        entry.expiresAt = Number.NEGATIVE_INFINITY;
      }
      return count;
    },
    get counts() {
      return { grants: grants.filter(({ isRevoked }) => !isRevoked).length, refreshes, refused };
    },
  };
}
