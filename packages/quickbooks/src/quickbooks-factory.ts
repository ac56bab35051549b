import { bearer, oauth2RefreshToken } from '@common/connector-core';
import {
  defineConnectorFactory,
  defineCredentialKind,
  endpointField,
  secretField,
  textField,
} from '@common/connector-core/credentials';
import { z } from 'zod';
import {
  hardExpiryHeader,
  intuitEndpoints,
  intuitHints,
  quickbooksOauth,
} from './quickbooks-auth.ts';
import { quickbooks } from './quickbooks-connector.ts';
import { quickbooksRates } from './quickbooks-limits.ts';
import { quickbooksManifest } from './quickbooks-manifest.ts';
import { quickbooksSettingsSchema } from './quickbooks-settings.ts';

const client = {
  clientId: textField('Client id of the app; development keys for sandbox companies'),
  clientSecret: secretField('Client secret of the app'),
};
const tokenUrl = endpointField('Token endpoint in place of that of Intuit').optional();

const authorizationCode = defineCredentialKind({
  schema: z.strictObject({
    kind: z.literal('oauth2-authorization-code'),
    ...client,
    redirectUri: endpointField('Where people come back to, as registered with the app'),
    scope: z.string().min(1).meta({ description: 'Scope, accounting if absent' }).optional(),
    tokenUrl,
    authorizationUrl: endpointField('Where people sign in, in place of Intuit').optional(),
    revocationUrl: endpointField('Revocation endpoint in place of that of Intuit').optional(),
  }),
  create: ({ clientId, clientSecret, redirectUri, scope, ...stored }, { pending } = {}) =>
    quickbooksOauth({
      ...{ clientId, clientSecret, redirectUri, scope, pending },
      endpoints: {
        ...(stored.tokenUrl ? { tokenUrl: stored.tokenUrl } : {}),
        ...(stored.authorizationUrl ? { authorizationUrl: stored.authorizationUrl } : {}),
        ...(stored.revocationUrl ? { revocationUrl: stored.revocationUrl } : {}),
      },
    }),
});

const refreshToken = defineCredentialKind({
  schema: z.strictObject({
    kind: z.literal('oauth2-refresh-token'),
    ...client,
    refreshToken: secretField('Refresh token that was obtained elsewhere'),
    tokenUrl,
  }),
  create: (stored) =>
    oauth2RefreshToken({
      clientId: stored.clientId,
      clientSecret: stored.clientSecret,
      refreshToken: stored.refreshToken,
      tokenUrl: stored.tokenUrl ?? intuitEndpoints.tokenUrl,
      headers: hardExpiryHeader,
      hints: intuitHints,
    }),
});

const accessToken = defineCredentialKind({
  schema: z.strictObject({
    kind: z.literal('bearer'),
    token: secretField('Access token that somebody else renews'),
  }),
  create: ({ token }) => bearer({ token }),
});

/**
 * Makes QuickBooks connectors of stored settings and credentials. An entry of its own: the schemas of
 * sign-ins come with it, which an app with settings in code does without.
 */
export const quickbooksFactory = defineConnectorFactory({
  manifest: quickbooksManifest(),
  settings: quickbooksSettingsSchema,
  limits: { rate: quickbooksRates },
  credentialKinds: {
    'oauth2-authorization-code': authorizationCode,
    'oauth2-refresh-token': refreshToken,
    bearer: accessToken,
  },
  create: ({ settings, auth, services }) => quickbooks({ ...services, ...settings, auth }),
});
