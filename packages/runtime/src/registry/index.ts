/**
 * Connections to systems, by tenant: settings in the store, credentials in the vault, changes in
 * production by two people, everything in the audit.
 *
 * @module
 */
export type {
  ChangeOperation,
  ChangeOutcome,
  ChangeRequest,
  ChangeStatus,
  ConnectionChange,
} from './change-request.ts';
export type { ChangeRequestQuery, ChangeRequests } from './change-requests.ts';
export type {
  Connection,
  ConnectionPatch,
  ConnectionQuery,
  JsonObject,
  NewConnection,
} from './connection.ts';
export { type ConnectionRegistry, connectionRegistry } from './connection-registry.ts';
export { secretMask } from './mask-credentials.ts';
export type { StoreAuditOptions } from './registry-audit.ts';
export type {
  ActorOptions,
  ChangeOptions,
  ConnectionRegistryOptions,
  GovernanceOptions,
} from './registry-options.ts';
export type { TenantConnections } from './tenant-connections.ts';
