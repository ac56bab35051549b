import { z } from 'zod';
import { oauth2AuthorizationCode } from '../auth/oauth2/oauth2-authorization-code.ts';
import { oauth2ClientCredentials } from '../auth/oauth2/oauth2-client-credentials.ts';
import { oauth2JwtBearer } from '../auth/oauth2/oauth2-jwt-bearer.ts';
import { oauth2RefreshToken } from '../auth/oauth2/oauth2-refresh-token.ts';
import { oauth2SamlBearer } from '../auth/oauth2/oauth2-saml-bearer.ts';
import { certificateField } from './client-certificate-fields.ts';
import { defineCredentialKind, endpointField, secretField, textField } from './credential-kind.ts';
import {
  checkSigningKey,
  claimsField,
  clientAuthOf,
  clientFields,
  endpointFields,
  jwtSignerFields,
  scopeField,
  signingKeyFields,
  spanField,
  textsField,
} from './oauth2-fields.ts';
import { overTls } from './over-tls.ts';

const flag = (description: string) => z.boolean().meta({ description }).optional();

/** The grants of OAuth 2, each with every way in which a client proves itself. */
export const oauth2Kinds = {
  'oauth2-client-credentials': defineCredentialKind({
    schema: z.strictObject({
      kind: z.literal('oauth2-client-credentials'),
      ...endpointFields,
      ...clientFields,
      scope: scopeField,
    }),
    create: (stored) =>
      overTls(oauth2ClientCredentials({ ...stored, clientAuth: clientAuthOf(stored) }), stored),
  }),
  'oauth2-authorization-code': defineCredentialKind({
    schema: z.strictObject({
      kind: z.literal('oauth2-authorization-code'),
      ...endpointFields,
      ...clientFields,
      scope: scopeField,
      authorizationUrl: endpointField('Where people sign in'),
      redirectUri: endpointField('Where they come back to'),
      authorizationParameters: textsField('More parameters of the authorization URL'),
      callbackParameters: z
        .array(z.string())
        .meta({ description: 'Parameters of the callback to keep, for example realmId' })
        .optional(),
      issuer: textField('Issuer that a callback has to name (RFC 9207)').optional(),
      issuerInCallback: flag('Whether a callback without issuer is refused'),
      pkce: flag('PKCE; off only for servers that refuse it'),
      pendingTtlMs: spanField('How long somebody may take to sign in'),
      revocationUrl: endpointField('Address of the revocation endpoint').optional(),
      revocationFormat: z.enum(['form', 'json']).optional(),
      revokeOnClose: flag('Whether the grant is revoked at disconnect'),
    }),
    create: (stored, { pending } = {}) =>
      overTls(
        oauth2AuthorizationCode({ ...stored, clientAuth: clientAuthOf(stored), pending }),
        stored,
      ),
  }),
  'oauth2-refresh-token': defineCredentialKind({
    schema: z.strictObject({
      kind: z.literal('oauth2-refresh-token'),
      ...endpointFields,
      ...clientFields,
      refreshToken: secretField('Refresh token that was obtained elsewhere'),
    }),
    create: (stored) =>
      overTls(oauth2RefreshToken({ ...stored, clientAuth: clientAuthOf(stored) }), stored),
  }),
  'oauth2-jwt-bearer': defineCredentialKind({
    schema: z
      .strictObject({
        kind: z.literal('oauth2-jwt-bearer'),
        ...endpointFields,
        ...clientFields,
        ...jwtSignerFields,
        scope: scopeField,
        subject: textField('User to act as'),
        audience: textField('Audience; of Salesforce its login host'),
        issuer: textField('Issuer, where it is not the client id').optional(),
        lifetimeMs: spanField('How long an assertion lives'),
        claims: claimsField,
      })
      .superRefine(checkSigningKey),
    create: (stored) =>
      overTls(oauth2JwtBearer({ ...stored, clientAuth: clientAuthOf(stored) }), stored),
  }),
  'oauth2-saml-bearer': defineCredentialKind({
    schema: z.strictObject({
      kind: z.literal('oauth2-saml-bearer'),
      ...endpointFields,
      ...clientFields,
      scope: scopeField,
      assertion: z
        .strictObject({
          ...signingKeyFields,
          certificate: certificateField('Certificate that the system trusts, PEM'),
          issuer: textField('Name of the identity provider that the system trusts'),
          subject: textField('User to act as'),
          audience: textField('Name of the system as a SAML provider'),
          nameIdFormat: textField('Form of the user').optional(),
          recipient: textField('Recipient, where it is not the token endpoint').optional(),
          authnContextClassRef: textField('How the user has signed in').optional(),
          attributes: textsField('More about the user'),
          lifetimeMs: spanField('How long an assertion lives'),
        })
        .superRefine(checkSigningKey),
    }),
    create: (stored) =>
      overTls(oauth2SamlBearer({ ...stored, clientAuth: clientAuthOf(stored) }), stored),
  }),
};
