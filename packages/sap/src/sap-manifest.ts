import type { ConnectorCapabilities, ConnectorManifest, JsonValue } from '@common/connector-core';
import { z } from 'zod';
import packageManifest from '../package.json' with { type: 'json' };
import { sapAuthMethods } from './sap-auth.ts';
import type { SapEntities } from './sap-entities.ts';
import type { SapEntity } from './sap-entity.ts';
import { sapSettingsSchema } from './sap-settings.ts';

/** What the connector is. */
export function sapManifest(): ConnectorManifest {
  return {
    id: 'sap',
    vendor: 'SAP S/4HANA',
    version: packageManifest.version,
    authMethods: sapAuthMethods,
    settingsSchema: z.toJSONSchema(sapSettingsSchema, { io: 'input' }) as Record<string, JsonValue>,
    links: {
      documentation: packageManifest.homepage,
      vendor: 'https://api.sap.com/products/SAPS4HANACloud/apis/ODATA',
    },
  };
}

/** What it can do. */
export function sapCapabilities(
  entities: {
    readonly [Name in keyof SapEntities]: SapEntity;
  },
): ConnectorCapabilities<SapEntities> {
  return {
    entities: {
      product: entities.product.capabilities,
      customer: entities.customer.capabilities,
      supplier: entities.supplier.capabilities,
      purchaseOrder: entities.purchaseOrder.capabilities,
    },
    native: 'SapNative',
  };
}
