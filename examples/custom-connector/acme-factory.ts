import { apiKey, type IErpConnector, type Product } from '@common/connector-core';
import {
  defineConnectorFactory,
  defineCredentialKind,
  secretField,
} from '@common/connector-core/credentials';
import { z } from 'zod';
import { acme, acmeManifest, settingsSchema } from './acme-connector.ts';

/** ACME knows where its key goes, so a stored connection has just the key. */
const acmeKey = defineCredentialKind({
  schema: z.strictObject({ kind: z.literal('api-key'), apiKey: secretField('Key of the API') }),
  create: ({ apiKey: value }) => apiKey({ header: 'x-api-key', value }),
});

/** Makes ACME connectors of connections that an app has stored. */
export const acmeFactory = defineConnectorFactory({
  manifest: acmeManifest,
  settings: settingsSchema.omit({ apiKey: true }),
  credentialKinds: { 'api-key': acmeKey },
  create: ({ settings, credentials: { apiKey }, services }): IErpConnector<{ product: Product }> =>
    acme({ ...services, ...settings, apiKey }),
});
