import type { IErpConnector } from '../contract/erp-connector.ts';
import type { EntityMap } from '../contract/erp-record.ts';

/**
 * Types a connector while it is written: the entity map is given once, everything else is inferred,
 * and members beyond the contract (a typed `native`, vendor helpers) are kept.
 *
 * @example
 * ```ts
 * const connector = defineConnector<{ product: Product }>()({
 *   specificationVersion: 'v1', manifest, capabilities, connect, …
 * });
 * ```
 */
export function defineConnector<Entities extends EntityMap>() {
  return <Connector extends IErpConnector<Entities>>(connector: Connector): Connector => connector;
}
