import { createHash } from 'node:crypto';
import type { SandboxClock } from '../toolkit/sandbox-clock.ts';
import type { SeededRandom } from '../toolkit/seeded-random.ts';
import { unauthorized } from './common-error.ts';
import { signToken, verifyToken } from './json-web-token.ts';

/** Who may log in, and for which company. */
export interface CommonClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly companyId: string;
}

interface TokenAnswer {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: 'bearer';
  /** Seconds. */
  readonly expires_in: number;
}

/** Who makes a call. */
export interface Caller {
  readonly clientId: string;
  readonly companyId: string;
}

export interface TokenIssuer {
  login(clientId: string, clientSecret: string): TokenAnswer;
  refresh(refreshToken: string): TokenAnswer;
  /** The caller behind an `Authorization` header. */
  authenticate(authorization: string | undefined): Caller;
  /** Makes the access token of a header worthless; nothing happens if it is no valid one. */
  revoke(authorization: string | undefined): void;
}

export interface TokenIssuerOptions {
  readonly clients: readonly CommonClientCredentials[];
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  readonly seed: number;
  readonly accessTokenSeconds: number;
  readonly refreshTokenSeconds: number;
}

type Claims = {
  readonly sub: string;
  readonly company_id: string;
  readonly typ: 'access' | 'refresh';
  readonly exp: number;
};

const bearer = (authorization: string | undefined): string | undefined =>
  /^Bearer ([\w.-]+)$/i.exec(authorization ?? '')?.[1];

export function createTokenIssuer(options: TokenIssuerOptions): TokenIssuer {
  const { clients, clock, random, accessTokenSeconds, refreshTokenSeconds } = options;
  const key = createHash('sha256').update(`common-sandbox-${options.seed}`).digest('hex');
  const revoked = new Set<string>();
  // Checking a signature costs more than the rest of a small call.
  const verified = new Map<string, Claims>();

  const issue = (claims: Omit<Claims, 'exp'>, seconds: number): string => {
    const issuedAt = Math.floor(clock.now() / 1_000);
    const rest = { iss: 'common-sandbox', iat: issuedAt, exp: issuedAt + seconds };
    return signToken({ ...claims, ...rest, jti: random.uuid() }, key);
  };

  const read = (token: string, type: Claims['typ']): Claims => {
    const claims = verified.get(token) ?? (verifyToken(token, key) as Claims | undefined);
    if (!claims || claims.typ !== type || revoked.has(token)) {
      throw unauthorized('INVALID_TOKEN', `The ${type} token is not valid`);
    }
    if (claims.exp * 1_000 <= clock.now()) {
      verified.delete(token);
      throw unauthorized('INVALID_TOKEN', `The ${type} token has expired`);
    }
    if (verified.size > 1_000) verified.clear();
    verified.set(token, claims);
    return claims;
  };

  const answer = (client: CommonClientCredentials, refreshToken?: string): TokenAnswer => {
    const subject = { sub: client.clientId, company_id: client.companyId };
    return {
      access_token: issue({ ...subject, typ: 'access' }, accessTokenSeconds),
      refresh_token: refreshToken ?? issue({ ...subject, typ: 'refresh' }, refreshTokenSeconds),
      token_type: 'bearer',
      expires_in: accessTokenSeconds,
    };
  };

  return {
    login(clientId, clientSecret) {
      const client = clients.find((candidate) => candidate.clientId === clientId);
      if (client?.clientSecret !== clientSecret) {
        throw unauthorized('INVALID_CREDENTIALS', 'client_id or client_secret is wrong');
      }
      return answer(client);
    },
    refresh(refreshToken) {
      const { sub, company_id } = read(refreshToken, 'refresh');
      return answer({ clientId: sub, clientSecret: '', companyId: company_id }, refreshToken);
    },
    authenticate(authorization) {
      const token = bearer(authorization);
      if (token === undefined) throw unauthorized('INVALID_TOKEN', 'A bearer token is missing');
      const { sub, company_id } = read(token, 'access');
      return { clientId: sub, companyId: company_id };
    },
    revoke(authorization) {
      const token = bearer(authorization);
      if (token !== undefined) revoked.add(token);
    },
  };
}
