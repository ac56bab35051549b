import {
  defineConnectorFactory,
  defineCredentialKind,
  secretField,
} from '@common/connector-core/credentials';
import { z } from 'zod';
import { acmeKey } from './acme-auth.ts';
import { acme } from './acme-connector.ts';
import { acmeManifest } from './acme-manifest.ts';
import { acmeSettingsSchema } from './acme-settings.ts';

/** ACME knows where its key goes, so a stored connection has just the key. */
const acmeCredentials = defineCredentialKind({
  schema: z.strictObject({ kind: z.literal('api-key'), apiKey: secretField('Key of the API') }),
  create: ({ apiKey }) => acmeKey(apiKey),
});

/** Makes ACME connectors of connections that an app has stored. */
export const acmeFactory = defineConnectorFactory({
  manifest: acmeManifest,
  settings: acmeSettingsSchema,
  credentialKinds: { 'api-key': acmeCredentials },
  create: ({ settings, auth, services }) => acme({ ...services, ...settings, auth }),
});
