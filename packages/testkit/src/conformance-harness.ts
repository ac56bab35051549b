import type {
  Checkpoint,
  Clock,
  ConnectorFactory,
  EntityMap,
  EntityName,
  ErpRecord,
  IErpConnector,
  Logger,
} from '@common/connector-core';
import type { CallMatch, ConformanceSandbox, SandboxFault } from './conformance-sandbox.ts';

/** How the sandbox of one behaviour has to be. */
export interface SandboxSetup {
  /** The entity under test. */
  readonly entity: string;
  /**
   * How many records it has, and for a source of kind `event` how many changes wait. What the vendor
   * must have anyway (the own company) counts: `fewestRecords`.
   */
  readonly records: number;
  /** Most records in a page, where the server decides. The connector gets the same number. */
  readonly pageSize: number;
  /** All records carry one change time. */
  readonly simultaneous: boolean;
}

/** How the connector of one behaviour has to be. */
export interface ConnectorSetup {
  readonly baseUrl: string;
  readonly credentials: 'good' | 'bad';
  /** Most records in a page of `changes`, where the connector decides. */
  readonly pageSize: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** What the suite has to know about one entity. */
export interface EntityHarness<Record extends ErpRecord = ErpRecord> {
  /** The calls that read the entity, one record or many. */
  readonly reads: CallMatch;
  /** A native key that fits the vendor's form and stands for nothing. */
  readonly missingKey: string;
  /** Records that the vendor always has. @default 0 */
  readonly fewestRecords?: number | undefined;
  /** A checkpoint at an instant far ahead, for changes of kind `timestamp`. */
  readonly futureCheckpoint?: Checkpoint | undefined;
  /** How the entity is written. Needed when it can be created. */
  readonly write?: WriteHarness<Record> | undefined;
}

/** Records to write. */
export interface WriteHarness<Record extends ErpRecord = ErpRecord> {
  /** The calls that create a record, without preparations (a CSRF token). */
  readonly creates: CallMatch;
  /** The `n`th new record; another one for each `n`. */
  record(n: number): Record;
  /** A record that the vendor refuses as invalid. */
  invalidRecord(n: number): Record;
  /** A copy with another value in some field that can be updated. */
  changed(record: Record): Record;
  /** Fields that the vendor sets by itself, beside `changedAt` and `createdOn`. @default none */
  readonly assigned?: readonly string[] | undefined;
  /** Records with decimals at the edge of what their fields hold, for example `0.001`. */
  readonly decimals?: readonly Record[] | undefined;
  /** What `find` takes to find the record of an idempotency key. @default the first of `findBy`, set to the key */
  readonly reference?:
    | ((idempotencyKey: string, record: Record) => Readonly<{ [field: string]: string }>)
    | undefined;
}

/** Answers that make the vendor's paging go wrong; or, in a sentence, why its paging cannot. */
export interface PagingHarness {
  /** An answer to `reads` whose next page is itself. */
  readonly loop: ((sandboxUrl: string) => SandboxFault) | string;
  /** An answer to `reads` whose next page is at another origin. */
  readonly crossOrigin: ((foreignUrl: string) => SandboxFault) | string;
}

/** A factory of stored connections, and a connection that it can be given. */
export interface FactoryHarness {
  readonly factory: ConnectorFactory;
  /** Settings of a connection to a sandbox, as they are stored. */
  settings(baseUrl: string): object;
  /** Credentials that the sandbox takes, as they are stored. */
  credentials(baseUrl: string): { readonly kind: string };
}

/** Connects the suite with a connector and a simulator of its vendor. */
export interface ConformanceHarness<Entities extends EntityMap = EntityMap> {
  start(setup: SandboxSetup): Promise<ConformanceSandbox>;
  create(setup: ConnectorSetup): IErpConnector<Entities> | Promise<IErpConnector<Entities>>;
  /** Every secret that `create` and `start` use, 8 characters or more, found nowhere else. */
  readonly secrets: readonly string[];
  /** Every entity that the connector announces. */
  readonly entities: { readonly [E in EntityName<Entities>]: EntityHarness<Entities[E]> };
  readonly paging: PagingHarness;
  /** The calls that fetch a token or open a session. Needed when the manifest names such a method. */
  readonly signIn?: CallMatch | undefined;
  /**
   * Checks the shipped templates; throws what is wrong. Give `checkTemplateLaws` of the core with
   * sample records.
   */
  readonly templates?: (() => void | Promise<void>) | undefined;
  /** What makes the connector of stored settings and credentials, where there is such a thing. */
  readonly factory?: FactoryHarness | undefined;
}
