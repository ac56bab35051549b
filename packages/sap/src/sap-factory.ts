import { defineConnectorFactory } from '@common/connector-core/credentials';
import { sap } from './sap-connector.ts';
import { sapManifest } from './sap-manifest.ts';
import { sapSettingsSchema } from './sap-settings.ts';

/**
 * Makes SAP connectors of stored settings and credentials. An entry of its own: the schemas of all
 * sign-ins come with it, which an app with settings in code does without.
 */
export const sapFactory = defineConnectorFactory({
  manifest: sapManifest(),
  settings: sapSettingsSchema,
  create: ({ settings, auth, services }) => sap({ ...services, ...settings, auth }),
});
