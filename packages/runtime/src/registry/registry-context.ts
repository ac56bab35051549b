import {
  type Clock,
  type ConnectorFactory,
  type IErpConnector,
  type Logger,
  systemClock,
} from '@common/connector-core';
import type { Vault } from '@common/connector-core/vault';
import type { StateStore } from '@common/connector-sync';
import { checkText } from './check-text.ts';
import type { Connection, JsonObject } from './connection.ts';
import { type ConnectorServices, connectorServices } from './connector-services.ts';
import { type ConnectorTypes, connectorTypes } from './connector-types.ts';
import { type OpenConnectors, openConnectors } from './open-connectors.ts';
import { type RegistryAudit, registryAudit } from './registry-audit.ts';
import { unusable } from './registry-error.ts';
import type { ConnectionRegistryOptions } from './registry-options.ts';

/** What the parts of a registry share. */
export interface RegistryContext {
  readonly store: StateStore;
  readonly vault: Vault;
  readonly types: ConnectorTypes;
  readonly services: ConnectorServices;
  readonly audit: RegistryAudit;
  readonly connectors: OpenConnectors;
  readonly environments: readonly string[];
  readonly governed: readonly string[];
  readonly expiresAfterMs: number;
  readonly mayOverride: (actor: string) => boolean | Promise<boolean>;
  readonly usedBy: NonNullable<ConnectionRegistryOptions['usedBy']>;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  /** A connector out of stored parts; nothing is sent. */
  makeConnector(
    factory: ConnectorFactory,
    parts: {
      readonly connection: Connection;
      readonly credentials: JsonObject;
      readonly token: string;
    },
  ): IErpConnector;
}

const usualEnvironments = ['production', 'staging', 'test', 'sandbox', 'development'];
const weekMs = 7 * 24 * 60 * 60_000;

/** @throws ConnectorError `ERR_CONFIGURATION`, `ERR_UNSUPPORTED_CONNECTOR_VERSION` */
export function registryContext(options: ConnectionRegistryOptions): RegistryContext {
  const { store, vault, clock = systemClock, logger, wrap, maxIdle = 100 } = options;
  const { audit = {}, environments = usualEnvironments, governance = {} } = options;
  const { expiresAfterMs = weekMs, mayOverride = () => false } = governance;
  if (typeof store?.transaction !== 'function') {
    throw unusable('store', 'is missing. Give for example sqliteStore({ path: "state.db" }).');
  }
  if (typeof vault?.forTenant !== 'function') {
    throw unusable('vault', 'is missing. Give createVault({ secrets, keys }).');
  }
  for (const name of environments) checkText('environments', name);
  const governed =
    governance.environments ?? ['production'].filter((n) => environments.includes(n));
  for (const name of governed) {
    if (environments.includes(name)) continue;
    throw unusable(
      'governance.environments',
      `names ${JSON.stringify(name)}, which is no environment. There are: ${environments.join(', ')}.`,
    );
  }
  if (!(expiresAfterMs > 0)) {
    throw unusable('governance.expiresAfterMs', 'must be milliseconds, more than 0.');
  }
  const types = connectorTypes(options.factories);
  const services = connectorServices({ ...options, clock, types });
  return {
    ...{ store, vault, clock, logger, services, environments, governed, expiresAfterMs },
    mayOverride,
    usedBy: options.usedBy ?? (async () => []),
    types,
    audit: registryAudit({ store, audit, clock }),
    connectors: openConnectors({ maxIdle, logger }),
    makeConnector(factory, { connection, credentials, token }) {
      const { settings } = connection;
      const lent = services.of(connection, token);
      const connector = factory.create({ settings, credentials, services: lent });
      return wrap === undefined ? connector : wrap(connector, connection);
    },
  };
}
