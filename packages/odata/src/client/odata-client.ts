import type { CallOptions, HttpClient } from '@common/connector-core';
import type { BatchEntry, BatchOutcome } from '../batch/batch-outcome.ts';
import type { CsrfSession } from '../csrf/csrf-session.ts';
import type { ServiceMessage } from '../errors/service-message.ts';
import type { ODataVersion } from '../literals/edm-type.ts';
import type { ServiceMetadata } from '../metadata/service-metadata.ts';
import type { ODataPage } from './interpret-response.ts';
import type {
  CallOperation,
  CreateOperation,
  DeleteOperation,
  EntityReference,
  GetOperation,
  ListOperation,
  RecordFor,
  UpdateOperation,
} from './operation.ts';

/** How a service is reached and spoken to. */
export interface ODataClientOptions {
  /** The connection's pipeline, made with `classify: classifyODataError`. */
  readonly http: HttpClient;
  /** Root of the service, relative to the client's base: `/sap/opu/odata/sap/API_PRODUCT_SRV`. */
  readonly servicePath: string;
  readonly version: ODataVersion;
  /**
   * The connection's session, for services that want a CSRF token with every write.
   * @default none, as outside SAP
   */
  readonly csrf?: CsrfSession | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** In the query of every request, for example `{ 'sap-client': '100' }`. */
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly batch?:
    | {
        /**
         * V4 only: `json` where the service is known to take it (for ABAP that is not verified).
         * @default 'multipart'
         */
        readonly format?: 'multipart' | 'json' | undefined;
        /**
         * How operations inside a batch are addressed. RAP services take only the bare relative form
         * (cloud-sdk-js#4293).
         * @default 'relative'
         */
        readonly urls?: 'relative' | 'absolute-path' | undefined;
      }
    | undefined;
  /**
   * Method of `update`; MERGE for V2 services that know no PATCH.
   * @default 'PATCH'
   */
  readonly updateMethod?: 'PATCH' | 'MERGE' | undefined;
  /**
   * V4: decimals and Int64 as strings on the wire. Without it they are numbers with all their digits.
   * @default false
   */
  readonly ieee754Compatible?: boolean | undefined;
  /**
   * Takes the configured origin in place of the one in links of the service, for systems behind a
   * reverse proxy that write their internal host into them.
   * @default false: such a link is refused with `ERR_CROSS_ORIGIN`
   */
  readonly rebaseLinks?: boolean | undefined;
}

/** An entity with what came beside it. */
export interface EntityResult<Item> {
  readonly record: Item;
  /** The version, opaque, for `ifMatch`. */
  readonly etag?: string | undefined;
  readonly messages: readonly ServiceMessage[];
}

/** What a write gave. */
export interface WriteResponse<Item> {
  /** Absent when the service answered without a body (204). */
  readonly record?: Item | undefined;
  readonly etag?: string | undefined;
  /** Of a created entity; `parseKey` reads its key. */
  readonly location?: string | undefined;
  /** Warnings and notes that did not prevent the write. */
  readonly messages: readonly ServiceMessage[];
}

/** How pages are read. */
export interface ListOptions extends CallOptions {
  /** Continues with a `nextLink` or `deltaLink` of an earlier page; `query` is not used then. */
  readonly from?: string | undefined;
  /** Asks for at most so many records a page: `Prefer: odata.maxpagesize`. */
  readonly maxPageSize?: number | undefined;
  /** Asks for a delta link on the last page: `Prefer: odata.track-changes`. */
  readonly trackChanges?: boolean | undefined;
  /**
   * Pages by `$top` and `$skip`, for services that do not page themselves. Ends at the total or at an
   * empty page, never at a short one, and follows the service's own links as soon as it sends one.
   * Without an order the key is one.
   */
  readonly clientPageSize?: number | undefined;
}

/** One OData service. Everything throws `ConnectorError`. */
export interface ODataClient {
  readonly version: ODataVersion;
  /** Reads one entity; `undefined` when there is none. */
  get<const Entity extends EntityReference>(
    operation: GetOperation<Entity> & CallOptions,
  ): Promise<EntityResult<RecordFor<Entity>> | undefined>;
  /** Reads pages, one request each, as they are asked for. */
  list<const Entity extends EntityReference>(
    operation: ListOperation<Entity> & ListOptions,
  ): AsyncIterable<ODataPage<RecordFor<Entity>>>;
  /** Counts with `/$count`. */
  count(operation: ListOperation & CallOptions): Promise<number>;
  create<const Entity extends EntityReference>(
    operation: CreateOperation<Entity> & CallOptions,
  ): Promise<WriteResponse<RecordFor<Entity>>>;
  /** Changes some properties. */
  update<const Entity extends EntityReference>(
    operation: UpdateOperation<Entity> & CallOptions,
  ): Promise<WriteResponse<RecordFor<Entity>>>;
  /** Replaces the entity: what is absent goes to its default. */
  replace<const Entity extends EntityReference>(
    operation: UpdateOperation<Entity> & CallOptions,
  ): Promise<WriteResponse<RecordFor<Entity>>>;
  /** Deletes; `existed` is false when there was nothing to delete. */
  delete(
    operation: DeleteOperation & CallOptions,
  ): Promise<{ readonly existed: boolean; readonly messages: readonly ServiceMessage[] }>;
  /** Calls a function (import) or action. */
  call(operation: CallOperation & CallOptions): Promise<{
    readonly value: unknown;
    readonly messages: readonly ServiceMessage[];
  }>;
  /**
   * Sends operations in one request. There is an outcome for each, in their order.
   *
   * @throws ConnectorError when the batch was refused as a whole, so that nothing has run
   */
  batch(
    request: {
      readonly operations: readonly BatchEntry[];
      /**
       * V4: whether the service goes on behind a failure.
       * @default true
       */
      readonly continueOnError?: boolean | undefined;
    } & CallOptions,
  ): Promise<readonly BatchOutcome[]>;
  /** Reads `$metadata` as a stream. */
  metadata(
    options?: {
      /** Entity sets to keep; all without it. */
      readonly only?: readonly string[] | undefined;
    } & CallOptions,
  ): Promise<ServiceMetadata>;
}
