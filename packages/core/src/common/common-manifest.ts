import packageManifest from '../../package.json' with { type: 'json' };
import type { ConnectorManifest } from '../contract/connector-manifest.ts';
import { commonSettingsJsonSchema } from './common-settings.ts';

/** What the connector is. */
export function commonManifest(): ConnectorManifest {
  return {
    id: 'common',
    vendor: 'Common',
    version: packageManifest.version,
    authMethods: ['common-login'],
    settingsSchema: commonSettingsJsonSchema(),
    links: { documentation: packageManifest.homepage },
  };
}
