import { z } from 'zod';
import { defineCredentialKind, secretField, textField } from '../credentials/credential-kind.ts';
import { defineConnectorFactory } from '../credentials/define-connector-factory.ts';
import { commonLogin } from './common-auth.ts';
import { common } from './common-connector.ts';
import { commonManifest } from './common-manifest.ts';
import { storedSettingsSchema } from './common-settings.ts';

const login = defineCredentialKind({
  schema: z.strictObject({
    kind: z.literal('common-login'),
    clientId: textField('Client id of the API access'),
    clientSecret: secretField('Client secret of the API access'),
  }),
  create: commonLogin,
});

/** Makes connectors to Common of stored settings and credentials. */
export const commonFactory = defineConnectorFactory({
  manifest: commonManifest(),
  settings: storedSettingsSchema,
  credentialKinds: { 'common-login': login },
  create: ({ settings, credentials: { clientId, clientSecret }, services }) =>
    common({ ...services, ...settings, clientId, clientSecret }),
});
