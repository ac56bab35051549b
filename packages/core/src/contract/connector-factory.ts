import type { AuthStrategy } from '../auth/auth-strategy.ts';
import type { PendingAuthorizationStore } from '../auth/oauth2/pending-authorization-store.ts';
import type { PipelineOptions } from '../http/pipeline-options.ts';
import type { GovernorOptions } from '../resilience/governor-options.ts';
import type { ConnectorManifest } from './connector-manifest.ts';
import type { IErpConnector } from './erp-connector.ts';
import type { JsonValue } from './json.ts';

/** What a connection is stored as. */
export interface StoredConnection {
  /** As `settingsSchema` says; no secrets. */
  readonly settings: unknown;
  /** `{ kind, … }`, as the schema of its kind says. They are stored encrypted. */
  readonly credentials: unknown;
}

/**
 * Makes connectors of one type out of what is stored: what a plugin exports beside its function. A
 * registry keeps one for each connector type.
 *
 * @typeParam Connector - what it makes
 */
export interface ConnectorFactory<Connector extends IErpConnector = IErpConnector> {
  /** The version of this contract. */
  readonly specificationVersion: 'v1';

  /** Of the connectors; `authMethods` are the kinds of credentials that are accepted. */
  readonly manifest: ConnectorManifest;

  /** JSON Schema (2020-12) of the settings without credentials. */
  readonly settingsSchema: { readonly [key: string]: JsonValue };

  /** JSON Schema of the credentials, by kind; secrets are marked `writeOnly: true`. */
  readonly credentialsSchemas: { readonly [kind: string]: { readonly [key: string]: JsonValue } };

  /**
   * What the vendor takes of one tenant, for a registry that makes the governor.
   * @default those of `createGovernor`
   */
  readonly limits?: Pick<GovernorOptions, 'rate' | 'concurrency' | 'maxPauseMs'> | undefined;

  /**
   * Checks settings before they are stored.
   *
   * @throws ConnectorError `ERR_CONFIGURATION` that names every problem by its path, and no value
   */
  validateSettings(settings: unknown): void;

  /**
   * Checks credentials before they are stored. Nothing is sent: `testConnection` tells whether the
   * vendor takes them.
   *
   * @throws ConnectorError `ERR_CONFIGURATION` that names every problem by its path, and no value
   */
  validateCredentials(credentials: unknown): void;

  /**
   * Makes a connector; nothing is sent. `services` is what the app lends to it: token store, governor,
   * observer, network policy, logger, clock, and so on.
   *
   * @throws ConnectorError `ERR_CONFIGURATION` as the two above
   */
  create(
    connection: StoredConnection & { readonly services?: PipelineOptions | undefined },
  ): Connector;

  /**
   * The sign-in of a connection by itself: of a kind that begins in the browser it has
   * `authorizationUrl` and `handleCallback`.
   *
   * @throws ConnectorError `ERR_CONFIGURATION` as `validateCredentials`
   */
  createAuth(
    credentials: unknown,
    services?: { readonly pending?: PendingAuthorizationStore | undefined },
  ): AuthStrategy;
}
