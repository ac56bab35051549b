import { z } from 'zod';
import type { ClientAssertion, ClientAuth } from '../auth/oauth2/client-authentication.ts';
import type { SigningAlgorithm } from '../auth/oauth2/sign-jwt.ts';
import { openCertificate, openPrivateKey } from '../auth/open-certificate.ts';
import { pemText } from '../auth/pem-text.ts';
import {
  certificateField,
  clientCertificateField,
  clientCertificateOf,
  privateKeyField,
  type StoredCertificate,
} from './client-certificate-fields.ts';
import { endpointField, secretField, textField } from './credential-kind.ts';

const algorithms = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA'] as const),
] satisfies SigningAlgorithm[];

/** Texts by name. */
export const textsField = (description: string) =>
  z.record(z.string(), z.string()).meta({ description }).optional();

/** A span in milliseconds. */
export const spanField = (description: string) =>
  z.int().positive('must be milliseconds, more than 0').meta({ description }).optional();

/** Claims of a JWT. */
export const claimsField = z
  .record(z.string(), z.json())
  .meta({ description: 'More claims, or others in place of ours' })
  .optional();

export const scopeField = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
    error: 'must be a text, or a list of texts',
  })
  .meta({ description: 'Scope' })
  .optional();

/** A key that signs, of `privateKey`, `passphrase` and perhaps `certificate`. */
export const signingKeyFields = {
  privateKey: privateKeyField('Private key to sign with, PEM'),
  passphrase: secretField('Passphrase of the private key').optional(),
};

/** What a JWT is signed with. */
export const jwtSignerFields = {
  ...signingKeyFields,
  algorithm: z.enum(algorithms).meta({ description: 'Algorithm of the signature' }).optional(),
  keyId: textField('Id of the key at the vendor (kid)').optional(),
  certificate: certificateField('Certificate that belongs to the key, PEM').optional(),
  thumbprint: z
    .enum(['x5t#S256', 'x5t'])
    .meta({ description: 'Which thumbprint of the certificate goes into the header' })
    .optional(),
};

/** Whether the key can be opened, and belongs to the certificate. */
export function checkSigningKey(
  signer: {
    readonly privateKey: string;
    readonly passphrase?: string | undefined;
    readonly certificate?: string | undefined;
  },
  context: z.RefinementCtx,
): void {
  const key = pemText(signer.privateKey);
  const { passphrase, certificate } = signer;
  const opened =
    certificate === undefined
      ? openPrivateKey(key, passphrase)
      : openCertificate({ cert: pemText(certificate), key, passphrase });
  if (!('problem' in opened)) return;
  const names = {
    cert: 'certificate',
    key: 'privateKey',
    pfx: 'privateKey',
    passphrase: 'passphrase',
  };
  context.addIssue({ code: 'custom', path: [names[opened.path]], message: opened.problem });
}

/** The token endpoint, with what its vendor does in its own way. */
export const endpointFields = {
  tokenUrl: endpointField('Address of the token endpoint'),
  parameters: textsField('More fields of every token request'),
  headers: textsField('More headers of every token request'),
  format: z.enum(['form', 'json']).meta({ description: 'How fields are sent' }).optional(),
  scopeSeparator: z.string().meta({ description: 'Between scopes of a list' }).optional(),
  instanceUrl: z
    .strictObject({
      field: textField('Field of the token response, for example instance_url'),
      hosts: z
        .array(z.string().min(1))
        .min(1)
        .meta({ description: 'Hosts that may be told, for example *.my.salesforce.com' }),
    })
    .meta({ description: 'For vendors that tell with the token where the API is' })
    .optional(),
  tokenField: textField('Where the response has the token').optional(),
  defaultExpiresInMs: spanField('How long a token lives where the server does not tell'),
};

/** A client as it is registered at an authorization server. */
export const clientFields = {
  clientId: textField('Client id'),
  clientSecret: secretField('Client secret').optional(),
  clientAuth: z
    .enum(['basic', 'basic-unencoded', 'body', 'none', 'tls'])
    .meta({ description: 'How the client proves itself, where it does not sign' })
    .optional(),
  clientAssertion: z
    .strictObject({
      ...jwtSignerFields,
      audience: textField('Audience, where it is not the token endpoint').optional(),
      lifetimeMs: spanField('How long an assertion lives'),
      claims: claimsField,
    })
    .superRefine(checkSigningKey)
    .meta({ description: 'The client proves itself by a key (private_key_jwt)' })
    .optional(),
  clientIdInForm: z
    .boolean()
    .meta({ description: 'Whether the form has the client id' })
    .optional(),
  clientCertificate: clientCertificateField,
};

/** How the client proves itself, as the strategies take it. */
export function clientAuthOf(stored: {
  readonly clientAuth?: Exclude<ClientAuth, object> | undefined;
  readonly clientAssertion?: ClientAssertion | undefined;
  readonly clientCertificate?: StoredCertificate | undefined;
}): ClientAuth | undefined {
  const { clientAuth, clientAssertion, clientCertificate } = stored;
  if (clientAssertion !== undefined) return clientAssertion;
  if (clientAuth !== 'tls' || clientCertificate === undefined) return clientAuth;
  return clientCertificateOf(clientCertificate);
}
