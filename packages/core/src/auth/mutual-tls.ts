import { ConnectorError } from '../errors/connector-error.ts';
import type { AuthContext, AuthStrategy, Secret, TlsIdentity } from './auth-strategy.ts';
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
  readonly validFrom: number;
  readonly validTo: number;
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
export function withClientCertificate(
  strategy: AuthStrategy,
  certificate: ClientCertificate,
): AuthStrategy {
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
    const { validFrom, validTo } = opened ?? (await open());
    const now = clock.now();
    if (now >= validFrom && now < validTo) return;
    // A new one may have been put in its place.
    opened = undefined;
    throw notValid(now < validFrom ? { from: validFrom } : { to: validTo });
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
  const { openCertificate } = await import('./open-certificate.ts');
  const passphrase =
    certificate.passphrase === undefined
      ? undefined
      : await readSecret(certificate.passphrase, 'passphrase');
  const files =
    certificate.pfx === undefined
      ? {
          cert: await readSecret(certificate.cert, 'cert'),
          key: await readSecret(certificate.key, 'key'),
        }
      : { pfx: await readBytes(certificate.pfx) };
  const { validFrom, validTo } = openCertificate({ ...files, passphrase });
  return {
    identity: { ...files, passphrase, ca: certificate.ca },
    validFrom: Date.parse(validFrom),
    validTo: Date.parse(validTo),
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

function notValid(limit: { readonly from: number } | { readonly to: number }): ConnectorError {
  const problem =
    'from' in limit
      ? `is not valid before ${instant(limit.from)}. Wait, or check the clock of this machine`
      : `expired on ${instant(limit.to)}. Get a new one from its issuer, have it registered at the vendor, and set it here`;
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `The client certificate ${problem}.`,
    notExecuted: true,
  });
}

function instant(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
