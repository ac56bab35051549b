import type { ConnectorManifest, JsonValue } from '@common/connector-core';
import { z } from 'zod';
import packageManifest from '../package.json' with { type: 'json' };
import { salesforceAuthMethods } from './salesforce-auth.ts';
import { salesforceSettingsSchema } from './salesforce-settings-schema.ts';

/** What the connector is. */
export function salesforceManifest(): ConnectorManifest {
  return {
    id: 'salesforce',
    vendor: 'Salesforce',
    version: packageManifest.version,
    authMethods: salesforceAuthMethods,
    settingsSchema: z.toJSONSchema(salesforceSettingsSchema, { io: 'input' }) as Record<
      string,
      JsonValue
    >,
    links: {
      documentation: packageManifest.homepage,
      vendor: 'https://developer.salesforce.com/docs/apis',
    },
  };
}
