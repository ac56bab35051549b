import type { CallOptions, WriteOptions } from './call-options.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { ConnectionReport } from './connection-report.ts';
import type { ConnectorCapabilities } from './connector-capabilities.ts';
import type { EventPage, WebhookReceipt, WebhookRequest } from './connector-event.ts';
import type { ConnectorHealth } from './connector-health.ts';
import type { ConnectorManifest } from './connector-manifest.ts';
import type { EntityDescription } from './entity-description.ts';
import type { EntityMap, EntityName } from './erp-record.ts';
import type { JsonValue } from './json.ts';
import type { ChangePage, RecordPage } from './record-page.ts';
import type { RecordQuery } from './record-query.ts';
import type { WriteChange, WriteResult } from './record-write.ts';

/**
 * The contract that every connector fulfils, version 1: a plain object made by a factory function.
 *
 * Records that go in and out are canonical: decimals are exact strings, dates `YYYY-MM-DD`, instants
 * ISO UTC. Members throw `ConnectorError` and nothing else. Optional members are announced in
 * `capabilities`; the conformance suite of `@common/connector-testkit` checks that both agree.
 *
 * @typeParam Entities - entity name to record type
 */
export interface IErpConnector<Entities extends EntityMap = EntityMap> {
  /** The version of this contract. The core upgrades connectors of older versions. */
  readonly specificationVersion: 'v1';

  /** What the connector is. */
  readonly manifest: ConnectorManifest;

  /** What it can do, as data. */
  readonly capabilities: ConnectorCapabilities<Entities>;

  /**
   * Makes the connector ready: signs in where the vendor has sessions. Calling it again is harmless.
   * Other members connect by themselves when it was not called.
   */
  connect(options?: CallOptions): Promise<void>;

  /** Ends sessions and closes sockets. Calls that are under way are aborted. Harmless when repeated. */
  disconnect(options?: CallOptions): Promise<void>;

  /** Looks at the connection step by step and says in words what is wrong. */
  testConnection(options?: CallOptions): Promise<ConnectionReport>;

  /** The fields of an entity as the live system has them, the customer's own included. */
  describe<E extends EntityName<Entities>>(
    entity: E,
    options?: CallOptions,
  ): Promise<EntityDescription>;

  /** Reads one record by its native key; `undefined` when there is none. */
  get<E extends EntityName<Entities>>(
    entity: E,
    key: string,
    options?: CallOptions,
  ): Promise<Entities[E] | undefined>;

  /**
   * Reads all records that match, page by page, in a stable order. Stops reading ahead when the
   * consumer stops. Throws `ERR_PAGINATION_LOOP` when the vendor repeats a cursor.
   */
  list<E extends EntityName<Entities>>(
    entity: E,
    query?: RecordQuery,
    options?: CallOptions,
  ): AsyncIterable<RecordPage<Entities[E]>>;

  /**
   * Reads records back by a natural or external key; `findBy` of the entity's capabilities names
   * the fields. Used to resolve writes whose answer was lost.
   *
   * @returns all matches; more than one means that the reference is not unique at the vendor
   */
  find?<E extends EntityName<Entities>>(
    entity: E,
    reference: Readonly<Record<string, string>>,
    options?: CallOptions,
  ): Promise<readonly Entities[E][]>;

  /**
   * Reads what changed since a checkpoint, page by page; without one, everything. The iteration
   * ends when the source has no more for now. Every page's checkpoint can be resumed from: nothing
   * is skipped, records may repeat.
   *
   * Throws `ERR_CHECKPOINT_EXPIRED` when the source no longer knows the position. It never begins
   * anew by itself, for deletions of the gap would stay unseen: the caller reads everything and
   * compares.
   */
  changes?<E extends EntityName<Entities>>(
    entity: E,
    since?: Checkpoint,
    options?: CallOptions,
  ): AsyncIterable<ChangePage<Entities[E]>>;

  /**
   * Writes changes and answers one result per change, in order. Throws only when nothing was done
   * and one reason holds for all: no connection, no credentials, aborted before the first was sent.
   */
  write?<E extends EntityName<Entities>>(
    entity: E,
    changes: readonly WriteChange<Entities[E]>[],
    options?: WriteOptions,
  ): Promise<readonly WriteResult[]>;

  /** Runs a vendor operation (a bound action, a BAPI, a report) that `capabilities.operations` names. */
  call?(operation: string, input?: JsonValue, options?: CallOptions): Promise<JsonValue>;

  /**
   * Streams what the vendor publishes until the signal aborts; without a checkpoint, from now on.
   * Throws `ERR_CHECKPOINT_EXPIRED` when the vendor no longer keeps the events behind it: the caller
   * starts without one and reads by `changes` or `list` what it has missed.
   */
  events?(since?: Checkpoint, options?: CallOptions): AsyncIterable<EventPage>;

  /**
   * Verifies an incoming request of the vendor and says what to answer. Never throws for a bad
   * signature: it answers 401. A request may bring events of several tenants: each says whose it is.
   */
  receiveWebhook?(request: WebhookRequest, options?: CallOptions): Promise<WebhookReceipt>;

  /** How the connector has been doing. Costs no request. */
  health?(): ConnectorHealth;

  /**
   * The vendor's own client, with the connector's tokens, limits and retries around it. Nobody is
   * ever locked in. Its type is the plugin's to declare.
   */
  native?(options?: CallOptions): Promise<unknown>;
}
