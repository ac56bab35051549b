import { compactVerify } from 'jose';
import { isCompactJose } from './compact-jose.ts';
import { runWycheproof, type VectorReport } from './wycheproof.vectors.ts';

interface Keys {
  readonly private: { readonly kty: string; readonly k?: string };
}

export const jwsVectors = 'wycheproof/json_web_signature_test.json';

// 367 and 370 are to have wrong padding, and are the text of a good signature, letter for letter;
// 372 and 373 are to be taken with a "?" in base64url, against RFC 7515 and their own comments.
const contradictory = new Set([367, 370, 372, 373]);

/** What is below `jwtVerify` of webhooks: HS256 by the bytes of a secret, and no other algorithm. */
export function run({ folder }: { readonly folder: string }): Promise<VectorReport> {
  return runWycheproof<Keys, { readonly jws: string }>({
    name: 'wycheproof JWS',
    folder,
    file: jwsVectors,
    check(test, group) {
      if (group.private.kty !== 'oct') return 'public keys, by which nothing is verified';
      if (contradictory.has(test.tcId)) return 'vectors that contradict their own comments';
      const secret = Buffer.from(group.private.k ?? '', 'base64url');
      return async () =>
        isCompactJose(test.jws) &&
        compactVerify(test.jws, secret, { algorithms: ['HS256'] }).then(
          () => true,
          () => false,
        );
    },
  });
}
