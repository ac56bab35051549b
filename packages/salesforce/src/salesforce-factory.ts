import { defineConnectorFactory } from '@common/connector-core/credentials';
import { salesforce } from './salesforce-connector.ts';
import { salesforceCredentialKinds } from './salesforce-credentials.ts';
import { salesforceManifest } from './salesforce-manifest.ts';
import { salesforceSettingsSchema } from './salesforce-settings-schema.ts';

/**
 * Makes Salesforce connectors of stored settings and credentials. An entry of its own: the schemas of all
 * sign-ins come with it, which an app with settings in code does without.
 */
export const salesforceFactory = defineConnectorFactory({
  manifest: salesforceManifest(),
  settings: salesforceSettingsSchema,
  credentialKinds: salesforceCredentialKinds,
  create: ({ settings, auth, services }) => salesforce({ ...services, ...settings, auth }),
});
