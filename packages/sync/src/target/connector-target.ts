import { ConnectorError, type IErpConnector } from '@common/connector-core';
import type { SyncTarget, TargetIdempotency } from './sync-target.ts';

/**
 * The write side of a connector as a target.
 *
 * @throws ConnectorError `ERR_UNKNOWN_ENTITY`, `ERR_UNSUPPORTED_OPERATION`
 */
export function connectorTarget(connector: IErpConnector, entity: string): SyncTarget {
  const capabilities = connector.capabilities.entities[entity];
  const id = connector.manifest.id;
  if (capabilities === undefined) {
    throw new ConnectorError({
      code: 'ERR_UNKNOWN_ENTITY',
      category: 'configuration',
      system: id,
      entity,
      message: `The target "${id}" has no entity "${entity}"; it has ${Object.keys(connector.capabilities.entities).join(', ')}.`,
    });
  }
  if (connector.write === undefined || !(capabilities.create || capabilities.update)) {
    throw new ConnectorError({
      code: 'ERR_UNSUPPORTED_OPERATION',
      category: 'unsupported',
      system: id,
      entity,
      message: `The target "${id}" cannot write "${entity}". Use a connector whose capabilities say create or update.`,
    });
  }
  const writable = connector as IErpConnector & Required<Pick<IErpConnector, 'write'>>;
  const find = connector.find?.bind(connector);
  return {
    idempotency: idempotencyOf(),
    patches: true,
    deletes: capabilities.delete,
    maxBatchSize: Math.max(1, capabilities.maxBatchSize),
    bulkFrom: capabilities.bulkFrom,
    write: (name, changes, options) => writable.write(name, changes, options),
    get: (name, key, options) => connector.get(name, key, options),
    list: (name, query, options) => connector.list(name, query, options),
    ...(find === undefined ? {} : { find }),
  };

  function idempotencyOf(): TargetIdempotency {
    const declared = capabilities?.idempotency ?? 'none';
    const canReadBack = find !== undefined && capabilities?.findBy?.includes('idempotencyKey');
    if (declared === 'external-reference' && !canReadBack) return 'none';
    // An upsert by the vendor's external key may be repeated like one with an idempotency key.
    if (declared === 'none' && capabilities?.upsertBy !== undefined) return 'native';
    return declared;
  }
}
