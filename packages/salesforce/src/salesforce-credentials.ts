import { defineCredentialKind, secretField, textField } from '@common/connector-core/credentials';
import { z } from 'zod';
import {
  salesforceAuthorizationCode,
  salesforceClientCredentials,
  salesforceJwtBearer,
  salesforceRefreshToken,
} from './salesforce-auth.ts';

const loginUrl = textField(
  'https://login.salesforce.com, https://test.salesforce.com or the My Domain of the org',
);
const shared = {
  clientId: textField('Consumer key of the External Client App'),
  loginUrl: loginUrl.optional(),
  instanceHosts: z
    .array(z.string().min(1))
    .meta({ description: 'Further hosts where the org may be' })
    .optional(),
};
const clientSecret = secretField('Consumer secret');

/** Sign-ins as they are stored: what differs between orgs, and nothing that is the same for all. */
export const salesforceCredentialKinds = {
  'oauth2-jwt-bearer': defineCredentialKind({
    schema: z.strictObject({
      kind: z.literal('oauth2-jwt-bearer'),
      ...shared,
      username: textField('User to act as'),
      privateKey: secretField('Private key whose certificate the app has, PEM'),
      passphrase: secretField('Passphrase of the private key').optional(),
      audience: textField('Audience, where it is not the login host').optional(),
    }),
    create: (stored) => salesforceJwtBearer(stored),
  }),
  'oauth2-client-credentials': defineCredentialKind({
    schema: z.strictObject({
      kind: z.literal('oauth2-client-credentials'),
      ...shared,
      loginUrl,
      clientSecret,
    }),
    create: (stored) => salesforceClientCredentials(stored),
  }),
  'oauth2-authorization-code': defineCredentialKind({
    schema: z.strictObject({
      kind: z.literal('oauth2-authorization-code'),
      ...shared,
      clientSecret: clientSecret.optional(),
      redirectUri: textField('Callback URL of the app'),
      scope: z.array(z.string().min(1)).min(1).meta({ description: 'Scopes' }).optional(),
      revokeOnClose: z
        .boolean()
        .meta({ description: 'Whether the grant is revoked at disconnect' })
        .optional(),
    }),
    create: (stored, { pending } = {}) => salesforceAuthorizationCode({ ...stored, pending }),
  }),
  'oauth2-refresh-token': defineCredentialKind({
    schema: z.strictObject({
      kind: z.literal('oauth2-refresh-token'),
      ...shared,
      clientSecret: clientSecret.optional(),
      refreshToken: secretField('Refresh token that was obtained elsewhere'),
    }),
    create: (stored) => salesforceRefreshToken(stored),
  }),
};
