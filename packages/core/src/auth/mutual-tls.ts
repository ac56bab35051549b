import type { AuthContext, AuthStrategy, Secret, TlsIdentity } from './auth-strategy.ts';
import { invalidSetting } from './invalid-setting.ts';
import { pemText } from './pem-text.ts';
import { readSecret } from './read-secret.ts';

/** A certificate and its private key, as PEM or as PKCS#12. */
export type ClientCertificate = (
  | { readonly cert: Secret; readonly key: Secret; readonly pfx?: undefined }
  | {
      /** The bytes of the file, or a text in Base64. */
      readonly pfx: Uint8Array | Secret | (() => Uint8Array | Promise<Uint8Array>);
    }
) & {
  readonly passphrase?: Secret | undefined;
  /**
   * PEM of the issuers to trust.
   * @default those of Node
   */
  readonly ca?: string | readonly string[] | undefined;
};

interface Opened {
  readonly identity: TlsIdentity;
  readonly validTo: number;
  readonly timeProblem: (now: number) => string | undefined;
}

/**
 * Signs in by the client certificate of the TLS connection (X.509). Certificate and key are opened
 * before the first request, and again when the connection is opened anew; a new certificate is
 * presented after a `disconnect`.
 *
 * @throws ConnectorError (at use) `ERR_CONFIGURATION` for a certificate that is broken, expired or not yet valid,
 *   a key that is not its own, a wrong passphrase
 */
export function mutualTls(certificate: ClientCertificate): AuthStrategy {
  return withClientCertificate({ kind: 'mtls', authorize: async () => undefined }, certificate);
}

/**
 * A strategy over connections with a client certificate: basic or a token for systems that ask for
 * both, or an OAuth client that a token endpoint knows by its certificate (RFC 8705).
 *
 * @example
 * ```ts
 * const auth = withClientCertificate(basic({ username, password }), { pfx, passphrase });
 * ```
 */
export function withClientCertificate<Strategy extends AuthStrategy>(
  strategy: Strategy,
  certificate: ClientCertificate,
): Strategy {
  let opening: Promise<Opened> | undefined;
  let opened: Opened | undefined;
  const open = async (): Promise<Opened> => {
    opening ??= openIdentity(certificate);
    try {
      opened = await opening;
      return opened;
    } finally {
      opening = undefined;
    }
  };
  const check = async ({ clock }: AuthContext): Promise<void> => {
    const problem = (opened ?? (await open())).timeProblem(clock.now());
    if (problem === undefined) return;
    // A new one may have been put in its place.
    opened = undefined;
    throw invalidSetting(undefined, `The client certificate ${problem}.`);
  };

  const { baseUrl, expiry } = strategy;
  return {
    ...strategy,
    async authorize(draft, context) {
      await check(context);
      await strategy.authorize(draft, context);
    },
    ...(baseUrl && {
      async baseUrl(context: AuthContext) {
        await check(context);
        return baseUrl(context);
      },
    }),
    tls: async () => (await open()).identity,
    expiry(connection) {
      const own = expiry?.(connection);
      if (opened === undefined) return own;
      // A new certificate takes a person, as a new refresh token does.
      const refreshExpiresAt = Math.min(opened.validTo, own?.refreshExpiresAt ?? opened.validTo);
      return { ...own, refreshExpiresAt };
    },
  };
}

async function openIdentity(certificate: ClientCertificate): Promise<Opened> {
  const { certificateTimeProblem, openCertificate } = await import('./open-certificate.ts');
  const passphrase =
    certificate.passphrase === undefined
      ? undefined
      : await readSecret(certificate.passphrase, 'passphrase');
  const files =
    certificate.pfx === undefined
      ? {
          cert: pemText(await readSecret(certificate.cert, 'cert')),
          key: pemText(await readSecret(certificate.key, 'key')),
        }
      : { pfx: await readBytes(certificate.pfx) };
  const found = openCertificate({ ...files, passphrase });
  if ('problem' in found) {
    const { path, problem } = found;
    throw invalidSetting(path, `The client certificate cannot be used. ${path}: ${problem}.`);
  }
  return {
    identity: { ...files, passphrase, ca: certificate.ca },
    validTo: found.validTo,
    timeProblem: (now) => certificateTimeProblem(found, now),
  };
}

async function readBytes(
  pfx: Uint8Array | string | (() => string | Uint8Array | Promise<string | Uint8Array>),
): Promise<Uint8Array> {
  if (pfx instanceof Uint8Array) return pfx;
  if (typeof pfx === 'string') return Buffer.from(await readSecret(pfx, 'pfx'), 'base64');
  let bytes: Uint8Array | undefined;
  const text = await readSecret(async () => {
    const value = await pfx();
    if (typeof value === 'string') return value;
    bytes = value;
    return value.length === 0 ? '' : 'bytes';
  }, 'pfx');
  return bytes ?? Buffer.from(text, 'base64');
}
