import {
  type CircuitBreaker,
  type Clock,
  createCircuitBreaker,
  createGovernor,
  type Governor,
  type PipelineOptions,
} from '@common/connector-core';
import { vaultTokenStore } from '@common/connector-core/vault';
import type { Connection } from './connection.ts';
import type { ConnectorTypes } from './connector-types.ts';
import { keptWhileUsed } from './kept-while-used.ts';
import type { ConnectionRegistryOptions } from './registry-options.ts';

/** Governors that no connector has: what they have learned is good for the next one. */
const mostIdleGovernors = 1000;

/** What connectors are lent. */
export interface ConnectorServices {
  /** @param token - name of the token in the vault */
  of(connection: Connection, token: string): PipelineOptions;
}

export function connectorServices(
  options: ConnectionRegistryOptions & { readonly clock: Clock; readonly types: ConnectorTypes },
): ConnectorServices {
  const { vault, clock, logger, types, services = {}, limitsOf } = options;
  const { vendorTenantOf = defaultVendorTenant } = options;
  const governors = keptWhileUsed<Governor>(mostIdleGovernors);
  const breaker: CircuitBreaker = createCircuitBreaker({ clock });

  const governorOf = (vendorTenant: string, connection: Connection): Governor =>
    governors.get(vendorTenant, () => {
      const { limits } = types.of(connection.type);
      return createGovernor({ clock, logger, ...limits, ...limitsOf?.(vendorTenant, connection) });
    });

  return {
    of(connection, token) {
      const lent = typeof services === 'function' ? services(connection) : services;
      const vendorTenant = vendorTenantOf(connection);
      return {
        ...{ clock, logger, breaker, tenant: vendorTenant },
        ...lent,
        governor: lent.governor ?? governorOf(vendorTenant, connection),
        // Not the app's: one store for two tenants would give one the token of the other.
        connection: connection.code,
        tokens: vaultTokenStore({ vault, tenant: connection.tenant, name: token }),
      };
    },
  };
}

function defaultVendorTenant({ tenant, type, url, code }: Connection): string {
  const place = url !== undefined && URL.canParse(url) ? new URL(url).origin : code;
  return `${tenant}/${type}/${place}`;
}
