import { checkText } from './check-text.ts';
import { registryContext } from './registry-context.ts';
import type { ConnectionRegistryOptions } from './registry-options.ts';
import { type TenantConnections, tenantConnections } from './tenant-connections.ts';

/** Connections to systems, by tenant. */
export interface ConnectionRegistry {
  /** @throws ConnectorError `ERR_CONFIGURATION` for a name that is empty or no text */
  forTenant(tenant: string): TenantConnections;
  /** Closes all connectors. Store and vault are closed by whoever made them. */
  close(): Promise<void>;
}

/**
 * Makes a registry of connections: settings in the store, credentials in the vault, changes in
 * production by two people, everything in the audit.
 *
 * @throws ConnectorError `ERR_CONFIGURATION`, `ERR_UNSUPPORTED_CONNECTOR_VERSION`
 *
 * @example
 * ```ts
 * const registry = connectionRegistry({ store, vault, factories: [sapFactory, commonFactory] });
 * const acme = registry.forTenant('acme');
 * await acme.create(
 *   { code: 'sap-test', type: 'sap', environment: 'test', settings: { baseUrl }, credentials },
 *   { actor: 'jane@acme.example', testConnection: true },
 * );
 * const erp = await acme.open('sap-test');
 * ```
 */
export function connectionRegistry(options: ConnectionRegistryOptions): ConnectionRegistry {
  const context = registryContext(options);
  return {
    forTenant: (tenant) => tenantConnections(context, checkText('tenant', tenant)),
    close: () => context.connectors.close(),
  };
}
