import { createPrivateKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { decryptJwe } from './jwe.ts';
import { runWycheproof, type VectorReport } from './wycheproof.vectors.ts';

type Vector = { readonly jwe: string; readonly pt?: string };

interface Keys {
  readonly private: JsonWebKey & { readonly k?: string };
}

export const jweVectors = 'wycheproof/json_web_encryption_test.json';

/** What `exportSecret` writes. */
const ours = /^(?:A256KW|RSA-OAEP-256|ECDH-ES\+A256KW)$/;

/** What reads an exported secret. */
export function run({ folder }: { readonly folder: string }): Promise<VectorReport> {
  return runWycheproof<Keys, Vector>({
    name: 'wycheproof JWE',
    folder,
    file: jweVectors,
    check(test, group) {
      const { alg, enc } = headerOf(test.jwe);
      if (group.private.kty === 'oct' && keyBytes(group.private) !== 32) {
        return 'keys that are not of 256 bits, which are not used';
      }
      const isForeign = !ours.test(String(alg)) || enc !== 'A256GCM';
      // A valid one by a foreign algorithm has to be refused, which is no vector's business.
      if (isForeign && test.result !== 'invalid') return 'algorithms that exports do not use';
      return async () => {
        const opened = await decryptJwe({ text: test.jwe, key: keyOf(group.private) });
        return opened !== undefined && Buffer.from(opened.plaintext).toString('hex') === test.pt;
      };
    },
  });
}

function headerOf(jwe: string): { readonly alg?: unknown; readonly enc?: unknown } {
  try {
    const header = Buffer.from(jwe.split('.')[0] ?? '', 'base64url').toString('utf8');
    return JSON.parse(header) as object;
  } catch {
    return {};
  }
}

const keyBytes = ({ k = '' }: Keys['private']): number => Buffer.from(k, 'base64url').length;

function keyOf(jwk: Keys['private']): KeyObject {
  return jwk.kty === 'oct'
    ? createSecretKey(Buffer.from(jwk.k ?? '', 'base64url'))
    : createPrivateKey({ key: jwk, format: 'jwk' });
}
