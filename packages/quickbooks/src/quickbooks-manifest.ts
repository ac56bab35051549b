import type { ConnectorCapabilities, ConnectorManifest, JsonValue } from '@common/connector-core';
import { z } from 'zod';
import packageManifest from '../package.json' with { type: 'json' };
import { quickbooksOperationNames } from './operations/quickbooks-operations.ts';
import { quickbooksAuthMethods } from './quickbooks-auth.ts';
import type { QuickbooksEntities } from './quickbooks-entities.ts';
import type { QuickbooksEntity } from './quickbooks-entity.ts';
import { quickbooksSettingsSchema } from './quickbooks-settings.ts';

/** What the connector is. */
export function quickbooksManifest(): ConnectorManifest {
  return {
    id: 'quickbooks',
    vendor: 'QuickBooks Online',
    version: packageManifest.version,
    authMethods: quickbooksAuthMethods,
    settingsSchema: z.toJSONSchema(quickbooksSettingsSchema, { io: 'input' }) as Record<
      string,
      JsonValue
    >,
    links: {
      documentation: packageManifest.homepage,
      vendor:
        'https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/account',
    },
  };
}

/** What it can do. */
export function quickbooksCapabilities(
  entities: { readonly [Name in keyof QuickbooksEntities]: QuickbooksEntity },
  { hasWebhooks }: { readonly hasWebhooks: boolean },
): ConnectorCapabilities<QuickbooksEntities> {
  return {
    entities: Object.fromEntries(
      Object.entries(entities).map(([name, { capabilities }]) => [name, capabilities]),
    ) as ConnectorCapabilities<QuickbooksEntities>['entities'],
    operations: quickbooksOperationNames,
    webhooks: hasWebhooks,
    native: 'node-quickbooks',
  };
}
