import type { KeyObject } from 'node:crypto';
import type { Secret } from '../auth-strategy.ts';
import { invalidSetting } from '../invalid-setting.ts';
import { type PrivateKeyOptions, readPrivateKey } from './private-key.ts';
import { readSigningCertificate } from './signing-certificate.ts';

/** Signature algorithms of assertions (RFC 7518, 3.1). */
export type SigningAlgorithm = keyof typeof keyOf;

/** What signs an assertion. */
export interface JwtSignerOptions extends PrivateKeyOptions {
  readonly algorithm?: SigningAlgorithm | undefined;
  /** `kid` of the header, for example NetSuite's certificate id. */
  readonly keyId?: string | undefined;
  /** PEM of the certificate that belongs to the key, for vendors that find the key by its thumbprint. */
  readonly certificate?: Secret | undefined;
  /**
   * Which thumbprint of the certificate goes into the header.
   * @default 'x5t#S256'
   */
  readonly thumbprint?: 'x5t#S256' | 'x5t' | undefined;
}

/** The key that an algorithm needs: type, and curve where it has one. */
const keyOf = {
  RS256: ['rsa'],
  RS384: ['rsa'],
  RS512: ['rsa'],
  PS256: ['rsa'],
  PS384: ['rsa'],
  PS512: ['rsa'],
  ES256: ['ec', 'prime256v1'],
  ES384: ['ec', 'secp384r1'],
  ES512: ['ec', 'secp521r1'],
  EdDSA: ['ed25519'],
} as const satisfies Record<string, readonly [type: string, curve?: string]>;

const leastRsaBits = 2048;

/**
 * A compact JWT over the claims.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when key, certificate and algorithm do not go together
 */
export async function signJwt(options: {
  readonly signer: JwtSignerOptions;
  /** Where the signer names none. */
  readonly defaultAlgorithm: SigningAlgorithm;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}): Promise<string> {
  const { signer, claims, now } = options;
  const { algorithm = options.defaultAlgorithm, keyId, certificate } = signer;
  const key = await readPrivateKey(signer);
  checkKey(key, algorithm);
  const x5t =
    certificate === undefined
      ? {}
      : await readSigningCertificate({ certificate, key, now }).then((found) =>
          signer.thumbprint === 'x5t' ? { x5t: found.x5t } : { 'x5t#S256': found.x5tS256 },
        );
  const { SignJWT } = await import('jose');
  return new SignJWT(claims)
    .setProtectedHeader({
      typ: 'JWT',
      alg: algorithm,
      ...(keyId === undefined ? {} : { kid: keyId }),
      ...x5t,
    })
    .sign(key);
}

function checkKey(key: KeyObject, algorithm: SigningAlgorithm): void {
  const needed: readonly string[] | undefined = keyOf[algorithm];
  if (needed === undefined) {
    throw mismatch(`algorithm is none of ${Object.keys(keyOf).join(', ')}.`);
  }
  const [type, curve] = needed;
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  const actual = [key.asymmetricKeyType, namedCurve].filter(Boolean).join(' ');
  if (key.asymmetricKeyType !== type || namedCurve !== curve) {
    const fitting = Object.keys(keyOf).filter(
      (name) => keyOf[name as SigningAlgorithm].join(' ') === actual,
    );
    throw mismatch(
      `${algorithm} needs a private key of type ${needed.join(' ')}, this one is ${actual}. ${fitting.length === 0 ? 'Use another key.' : `Use another key, or one of the algorithms ${fitting.join(', ')} if the vendor takes it.`}`,
    );
  }
  if (type === 'rsa' && modulusLength < leastRsaBits) {
    throw mismatch(
      `the RSA key has ${modulusLength} bits, too few to be safe. Make one of ${leastRsaBits} or more.`,
    );
  }
}

function mismatch(what: string): Error {
  return invalidSetting('privateKey', `The assertion cannot be signed: ${what}`);
}
