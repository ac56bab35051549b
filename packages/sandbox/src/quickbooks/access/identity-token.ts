import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { SandboxClock } from '../../toolkit/sandbox-clock.ts';

/** OpenID tokens, signed with a key that is made when the first is asked for. */
export interface IdentityTokens {
  issue(clientId: string, realmId: string): string;
  keySet(): { readonly keys: readonly object[] };
}

export const issuer = 'https://oauth.platform.intuit.com/op/v1';
const keyId = 'sandbox-key-1';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export function createIdentityTokens(clock: SandboxClock): IdentityTokens {
  let pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined;
  const keys = () => {
    pair ??= generateKeyPairSync('rsa', { modulusLength: 2_048 });
    return pair;
  };
  return {
    issue(clientId, realmId) {
      const now = Math.floor(clock.now() / 1_000);
      const claims = {
        sub: 'sandbox-user-1',
        aud: [clientId],
        realmid: realmId,
        auth_time: now,
        iss: issuer,
        exp: now + 3_600,
        iat: now,
      };
      const signed = `${encode({ kid: keyId, typ: 'JWT', alg: 'RS256' })}.${encode(claims)}`;
      const signature = createSign('RSA-SHA256').update(signed).sign(keys().privateKey);
      return `${signed}.${signature.toString('base64url')}`;
    },
    keySet: () => ({
      keys: [
        { ...keys().publicKey.export({ format: 'jwk' }), kid: keyId, use: 'sig', alg: 'RS256' },
      ],
    }),
  };
}
