import { ConnectorError, type ConnectorFactory } from '@common/connector-core';
import { hasSecrets } from './mask-credentials.ts';
import { unusable } from './registry-error.ts';

/** The connectors that a registry knows. */
export interface ConnectorTypes {
  /** @throws ConnectorError `ERR_UNKNOWN_CONNECTOR` that names those that there are */
  of(type: string): ConnectorFactory;
}

/**
 * @throws ConnectorError `ERR_CONFIGURATION` for two of one type or for what is no factory,
 *   `ERR_UNSUPPORTED_CONNECTOR_VERSION`
 */
export function connectorTypes(factories: readonly ConnectorFactory[]): ConnectorTypes {
  const known = new Map<string, ConnectorFactory>();
  const checked = new Set<string>();
  for (const [index, factory] of factories.entries()) {
    const id: unknown = factory?.manifest?.id;
    const version: unknown = factory?.specificationVersion;
    if (typeof id !== 'string' || typeof factory.create !== 'function') {
      throw unusable(
        `factories[${index}]`,
        'must be a ConnectorFactory such as sapFactory. The function that makes a connector is none.',
      );
    }
    if (version !== 'v1') {
      throw new ConnectorError({
        code: 'ERR_UNSUPPORTED_CONNECTOR_VERSION',
        category: 'configuration',
        message: `factories[${index}]: the factory of ${id} ${factory.manifest.version} has contract version ${JSON.stringify(version) ?? 'none'}, this registry knows v1. Install versions of its package and of @common/connector-runtime that belong together.`,
        path: `factories[${index}]`,
        system: id,
      });
    }
    const other = known.get(id);
    if (other !== undefined) {
      throw unusable(
        `factories[${index}]`,
        `must not be a second factory of ${id} (versions ${other.manifest.version} and ${factory.manifest.version}). Take one of them out.`,
      );
    }
    known.set(id, factory);
  }

  return {
    of(type) {
      const factory = known.get(type);
      if (factory === undefined) {
        const names = [...known.keys()].join(', ') || 'none';
        throw new ConnectorError({
          code: 'ERR_UNKNOWN_CONNECTOR',
          category: 'configuration',
          message: `type: there is no connector ${JSON.stringify(type)} here. Registered are: ${names}. Add its factory to the factories of the registry.`,
          path: 'type',
        });
      }
      // Made of schemas, which takes a while: once, and only of those that are used.
      if (!checked.has(type) && hasSecrets(factory.settingsSchema)) {
        throw unusable(
          'type',
          `the settings of ${type} have secrets (writeOnly), which would be stored in the clear. Its factory has to declare them as credentials.`,
        );
      }
      checked.add(type);
      return factory;
    },
  };
}
