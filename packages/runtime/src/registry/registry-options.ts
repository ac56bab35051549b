import type {
  Clock,
  ConnectorFactory,
  GovernorOptions,
  IErpConnector,
  Logger,
  PipelineOptions,
} from '@common/connector-core';
import type { AuditTrail } from '@common/connector-core/audit';
import type { Vault } from '@common/connector-core/vault';
import type { StateTransaction } from '@common/connector-sync';
import type { SqlStore } from '../sql-store.ts';
import type { Connection } from './connection.ts';
import type { StoreAuditOptions } from './registry-audit.ts';

/** What a registry is made of. */
export interface ConnectionRegistryOptions {
  /** Where connections are: `sqliteStore` or `postgresStore`. It is closed by whoever made it. */
  readonly store: SqlStore;
  /** Where credentials and tokens are. It is closed by whoever made it. */
  readonly vault: Vault;
  /** The connectors that connections may be of, for example `[sapFactory, commonFactory]`. */
  readonly factories: readonly ConnectorFactory[];
  /**
   * Where changes are recorded. In the store of the registry a change and its record are one
   * transaction. A trail elsewhere gets a record before the change and one with its outcome.
   * @default in the store, a chain for each tenant, without a key
   */
  readonly audit?: AuditTrail | StoreAuditOptions | undefined;
  /**
   * The environments that there are: any other is refused, so that `Production` is no way around.
   * @default ['production', 'staging', 'test', 'sandbox', 'development']
   */
  readonly environments?: readonly string[] | undefined;
  readonly governance?: GovernanceOptions | undefined;
  /**
   * Names what uses a connection, for example its active schedules: one that is used is not removed.
   * Asked inside the transaction of the removal.
   * @default nothing uses it
   */
  readonly usedBy?:
    | ((connection: Connection, state: StateTransaction) => Promise<readonly string[]>)
    | undefined;
  /**
   * What the app lends to connectors: network policy, observer, transport, and so on. Tokens and the
   * name of the connection are the registry's.
   */
  readonly services?: PipelineOptions | ((connection: Connection) => PipelineOptions) | undefined;
  /**
   * Connections with the same name share one governor.
   * @default tenant, type and origin of the URL
   */
  readonly vendorTenantOf?: ((connection: Connection) => string) | undefined;
  /**
   * Limits of a vendor tenant, over those that its plugin knows.
   * @default those that the plugin knows, and of `createGovernor`
   */
  readonly limitsOf?:
    | ((vendorTenant: string, connection: Connection) => GovernorOptions)
    | undefined;
  /** Puts something around a connector that was made, for example `auditConnector`. */
  readonly wrap?: ((connector: IErpConnector, connection: Connection) => IErpConnector) | undefined;
  /**
   * Most connectors that are kept although nobody uses them.
   * @default 100
   */
  readonly maxIdle?: number | undefined;
  readonly clock?: Clock | undefined;
  /** @default silent */
  readonly logger?: Logger | undefined;
}

/** Where one person alone may not change a connection. */
export interface GovernanceOptions {
  /** @default ['production'] */
  readonly environments?: readonly string[] | undefined;
  /**
   * How long a request waits for a decision.
   * @default 604_800_000 (7 days)
   */
  readonly expiresAfterMs?: number | undefined;
  /**
   * Who may apply a change at once, with a reason that goes into the audit.
   * @default nobody
   */
  readonly mayOverride?: ((actor: string) => boolean | Promise<boolean>) | undefined;
}

/** Options of what somebody does. */
export interface ActorOptions {
  /** Who does it, for example a user id: of somebody who has signed in, never out of a form. */
  readonly actor: string;
  /** Ties the records of one business operation together. @default a random UUID */
  readonly correlationId?: string | undefined;
  /** Ends what is asked of the vendor. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a change. */
export interface ChangeOptions extends ActorOptions {
  /**
   * The version that was looked at; `ERR_CONFLICT` when it is another by now.
   * @default the one that is there
   */
  readonly version?: number | undefined;
  /**
   * Asks the vendor before anything is stored; `ERR_CONNECTION_TEST_FAILED` says what is wrong.
   * @default false
   */
  readonly testConnection?: boolean | undefined;
  /** Applies the change at once in a governed environment, where `mayOverride` allows it. */
  readonly emergency?: { readonly reason: string } | undefined;
}
