import type { AuthContext, Secret } from '../auth-strategy.ts';
import { invalidSetting } from '../invalid-setting.ts';
import type { ClientCertificate } from '../mutual-tls.ts';
import { readSecret } from '../read-secret.ts';
import { type JwtSignerOptions, signJwt } from './sign-jwt.ts';

/**
 * The client proves itself by a signed JWT (`private_key_jwt`, RFC 7523, 2.2). For Microsoft Entra
 * give `certificate`, for NetSuite `keyId`.
 */
export interface ClientAssertion extends JwtSignerOptions {
  /** @default 'PS256' */
  readonly algorithm?: JwtSignerOptions['algorithm'];
  /** `aud` of the assertion. @default the token URL */
  readonly audience?: string | undefined;
  /** @default 300_000 */
  readonly lifetimeMs?: number | undefined;
  /** More claims, or others in place of ours, for example `{ scope: ['rest_webservices'] }`. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * How the client proves itself: by HTTP Basic as RFC 6749 has it, each part form-encoded; by HTTP
 * Basic with the parts as they are, which servers expect that do not decode them (SAP XSUAA, whose
 * ids hold `!` and `|`); by fields of the form; not at all (a public client); by its TLS certificate (RFC
 * 8705), given here or, with `tls`, known to the transport; or by a signed assertion.
 */
export type ClientAuth =
  | (typeof simpleWays)[number]
  | (typeof secretWays)[number]
  | ClientCertificate
  | ClientAssertion;

/** A client as it is registered at an authorization server. */
export interface OauthClient {
  readonly clientId: Secret;
  /** For `basic`, `basic-unencoded` and `body`. */
  readonly clientSecret?: Secret | undefined;
  /** @default 'basic' */
  readonly clientAuth?: ClientAuth | undefined;
  /**
   * Whether `client_id` is a field of the form also where the proof already tells it.
   * @default true with an assertion, false with HTTP Basic
   */
  readonly clientIdInForm?: boolean | undefined;
}

const secretWays = ['basic', 'basic-unencoded', 'body'] as const;
const simpleWays = ['none', 'tls'] as const;

/**
 * Checks what can be checked before anything is read.
 *
 * @throws ConnectorError `ERR_CONFIGURATION`
 */
export function checkClient(client: OauthClient): void {
  const { clientAuth = 'basic' } = client;
  if (typeof clientAuth === 'object') {
    if (isCertificate(clientAuth) || 'privateKey' in clientAuth) return;
    throw invalidSetting(
      'clientAuth',
      'clientAuth has neither privateKey (to sign an assertion) nor pfx or cert and key (for mutual TLS).',
    );
  }
  const known: readonly string[] = [...secretWays, ...simpleWays];
  if (!known.includes(clientAuth)) {
    throw invalidSetting(
      'clientAuth',
      `clientAuth is none of ${known.join(', ')}. To sign an assertion give an object with privateKey, for mutual TLS one with pfx, or cert and key.`,
    );
  }
  const needsSecret = (secretWays as readonly string[]).includes(clientAuth);
  if (needsSecret && client.clientSecret === undefined) {
    throw invalidSetting(
      'clientSecret',
      `clientSecret is missing. Set it; or set clientAuth to { privateKey } to sign with a key, to { cert, key } for mutual TLS, to 'none' for a public client.`,
    );
  }
}

/**
 * What a request has to carry so that the server knows the client.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when a secret, key or certificate is none
 */
export async function authenticateClient(
  client: OauthClient,
  request: { readonly url: string } & Pick<AuthContext, 'clock'>,
): Promise<{
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
}> {
  const { clientAuth = 'basic', clientIdInForm } = client;
  const id = await readSecret(client.clientId, 'clientId');
  const idInForm = { client_id: id };
  if (typeof clientAuth === 'object') {
    if (isCertificate(clientAuth)) return { headers: {}, form: idInForm };
    const assertion = await clientAssertion(clientAuth, { id, ...request });
    return { headers: {}, form: { ...(clientIdInForm === false ? {} : idInForm), ...assertion } };
  }
  if (clientAuth === 'none' || clientAuth === 'tls') return { headers: {}, form: idInForm };
  const secret = await readSecret(client.clientSecret ?? '', 'clientSecret');
  if (clientAuth === 'body') return { headers: {}, form: { ...idInForm, client_secret: secret } };
  return {
    headers: { authorization: basicHeader(id, secret, clientAuth) },
    form: clientIdInForm === true ? idInForm : {},
  };
}

/** Whether the client proves itself by a TLS certificate that is given with the settings. */
export function isCertificate(clientAuth: ClientAuth): clientAuth is ClientCertificate {
  return typeof clientAuth === 'object' && ('pfx' in clientAuth || 'cert' in clientAuth);
}

/** RFC 6749, section 2.3.1: both parts are form-encoded before they are joined. */
function basicHeader(id: string, secret: string, form: 'basic' | 'basic-unencoded'): string {
  const encode = (text: string): string =>
    form === 'basic' ? new URLSearchParams({ '': text }).toString().slice(1) : text;
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`, 'utf8').toString('base64')}`;
}

/** RFC 7523, section 3. */
async function clientAssertion(
  signer: ClientAssertion,
  request: { readonly id: string; readonly url: string } & Pick<AuthContext, 'clock'>,
): Promise<Readonly<Record<string, string>>> {
  const { randomUUID } = await import('node:crypto');
  const now = request.clock.now();
  const issuedAt = Math.floor(now / 1000);
  const assertion = await signJwt({
    signer,
    defaultAlgorithm: 'PS256',
    now,
    claims: {
      iss: request.id,
      sub: request.id,
      aud: signer.audience ?? request.url,
      jti: randomUUID(),
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + Math.floor((signer.lifetimeMs ?? 300_000) / 1000),
      ...signer.claims,
    },
  });
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  };
}
