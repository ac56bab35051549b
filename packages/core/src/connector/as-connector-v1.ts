import type { IErpConnector } from '../contract/erp-connector.ts';
import type { EntityMap } from '../contract/erp-record.ts';
import { ConnectorError } from '../errors/connector-error.ts';

/**
 * Accepts a connector of any known contract version and answers one of the current version. Today
 * there is one version; when `v2` comes, `v1` connectors are wrapped here and keep working, and no
 * plugin has to look at the version of the core.
 *
 * @throws ConnectorError `ERR_UNSUPPORTED_CONNECTOR_VERSION`
 */
export function asConnectorV1<Entities extends EntityMap>(
  connector: IErpConnector<Entities>,
): IErpConnector<Entities> {
  const version: string | undefined = connector?.specificationVersion;
  if (version === 'v1') return connector;
  throw new ConnectorError({
    code: 'ERR_UNSUPPORTED_CONNECTOR_VERSION',
    category: 'configuration',
    message:
      `The connector "${connector?.manifest?.id ?? 'unknown'}" has contract version ${JSON.stringify(version) ?? 'none'}, ` +
      'this core knows v1. Install versions of the connector and of @common/connector-core that belong together.',
  });
}
