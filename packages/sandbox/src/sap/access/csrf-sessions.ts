import type { SeededRandom } from '../../toolkit/seeded-random.ts';

/** Sessions and their CSRF tokens (sap.md 1.10): a token is worth nothing without its cookies. */
export interface CsrfSessions {
  /** The token of the caller's session; starts a session, with cookies to set, where there is none. */
  fetch(cookieHeader: string | undefined, user: string): CsrfGrant;
  /** Whether token and session cookie belong together and to the user. */
  isValid(cookieHeader: string | undefined, token: string | undefined, user: string): boolean;
  /** Forgets the caller's session, as a server does after its time-out. */
  drop(cookieHeader: string | undefined): void;
  readonly size: number;
}

interface CsrfGrant {
  readonly token: string;
  readonly cookies: readonly string[];
}

function readCookies(header: string | undefined): ReadonlyMap<string, string> {
  return new Map(
    (header ?? '').split(';').map((part) => {
      const equals = part.indexOf('=');
      return [part.slice(0, equals).trim(), part.slice(equals + 1).trim()] as const;
    }),
  );
}

export function createCsrfSessions(options: {
  readonly random: SeededRandom;
  readonly systemId: string;
  readonly client: string;
}): CsrfSessions {
  const { random, systemId, client } = options;
  const sessions = new Map<string, { readonly token: string; readonly user: string }>();
  const sessionCookie = `SAP_SESSIONID_${systemId}_${client}`;
  const opaque = (): string =>
    Buffer.from(random.uuid().replaceAll('-', ''), 'hex').toString('base64');
  const sessionIdOf = (header: string | undefined): string =>
    readCookies(header).get(sessionCookie) ?? '';

  return {
    fetch(cookieHeader, user) {
      const existing = sessions.get(sessionIdOf(cookieHeader));
      if (existing?.user === user) return { token: existing.token, cookies: [] };
      // Percent escapes must come back as they are; a client that decodes them loses the session.
      const id = `${opaque().replaceAll('=', '%3d')}`;
      const token = opaque();
      sessions.set(id, { token, user });
      return {
        token,
        cookies: [
          `sap-usercontext=sap-client=${client}; path=/`,
          `${sessionCookie}=${id}; path=/; HttpOnly`,
          `sap-XSRF_${systemId}_${client}=${opaque().replaceAll('=', '%3d')}; path=/`,
        ],
      };
    },
    isValid(cookieHeader, token, user) {
      const session = sessions.get(sessionIdOf(cookieHeader));
      return session !== undefined && session.token === token && session.user === user;
    },
    drop: (cookieHeader) => void sessions.delete(sessionIdOf(cookieHeader)),
    get size() {
      return sessions.size;
    },
  };
}
