import type { ConnectorManifest, JsonValue } from '@common/connector-core';
import { z } from 'zod';
import { about } from './acme-entities.ts';
import { acmeSettingsSchema } from './acme-settings.ts';

/** What the connector is. */
export const acmeManifest: ConnectorManifest = {
  ...{ id: about.system, vendor: 'ACME ERP', version: '1.0.0', authMethods: ['api-key'] },
  settingsSchema: z.toJSONSchema(acmeSettingsSchema, { io: 'input' }) as Record<string, JsonValue>,
  links: { documentation: 'https://erp.acme.example/api' },
};
