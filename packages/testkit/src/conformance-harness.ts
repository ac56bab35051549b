import type {
  Checkpoint,
  Clock,
  ConnectorFactory,
  EntityMap,
  EntityName,
  ErpRecord,
  IErpConnector,
  JsonValue,
  Logger,
  WebhookRequest,
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
  /**
   * Records of a fresh sandbox as a person would write them down by the vendor's documents, each with
   * its `source.key`: `get` must answer every field of them. What reads and writes a field to the wrong
   * place both times is found by nothing else. @default none
   */
  readonly expected?: readonly Partial<Record>[] | undefined;
  /**
   * Takes records away as other people at the vendor do, so that no read shows them any more; or, in a
   * sentence, why the vendor's records never go. Needed where the connector cannot delete.
   * @default through `write`
   */
  readonly remove?: RecordRemoval['remove'] | string | undefined;
  /** How the entity is written. Needed when it can be created. */
  readonly write?: WriteHarness<Record> | undefined;
}

/** A method, so that it may take a sandbox of the harness's own kind. */
interface RecordRemoval {
  remove(sandbox: ConformanceSandbox, keys: readonly string[]): void | Promise<void>;
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
  /**
   * The calls that update a record, without the reads before it.
   * @default the calls that a trial update sends and that are no GET
   */
  readonly updates?: CallMatch | undefined;
  /** The calls that delete a record. @default as for `updates` */
  readonly deletes?: CallMatch | undefined;
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
  /**
   * Fits the digits of the total that answers to `reads` tell, for example `/(?<="total":)\d+/`; or, in
   * a sentence, why they tell none.
   */
  readonly total: RegExp | string;
}

/** A factory of stored connections, and a connection that it can be given. */
export interface FactoryHarness {
  readonly factory: ConnectorFactory;
  /** Settings of a connection to a sandbox, as they are stored. */
  settings(baseUrl: string): object;
  /** Credentials that the sandbox takes, as they are stored. */
  credentials(baseUrl: string): { readonly kind: string };
}

/** What a delivery of a webhook has to be. */
export interface WebhookSetup {
  /** Another delivery, with other events, for each `n`; the same events for the same one. */
  readonly n: number;
  /** When it is sent, by the connector's clock: milliseconds since the epoch. */
  readonly sentAt: number;
  /** The vendor's tenants that its events belong to, one event for each. @default one of the vendor's choice */
  readonly tenants?: readonly string[] | undefined;
}

/**
 * Webhooks as the vendor would send them. `create` gives the connector the secret that they are signed
 * with. Sign by the sandbox or by hand, not by the connector's code: else both are wrong together.
 */
export interface WebhookHarness {
  delivery(setup: WebhookSetup): WebhookRequest | Promise<WebhookRequest>;
  /** Headers that carry the signature, in lower case; those that it covers (id, time) as well. */
  readonly signedHeaders: readonly string[];
  /** How old a delivery may be, in milliseconds; or, in a sentence, why the vendor's carry no time. */
  readonly toleranceMs: number | string;
  /** Two tenants that one delivery may have events of; or, in a sentence, why there is one only. */
  readonly tenants: readonly [string, string] | string;
}

/** A stream of the vendor, as the suite plays it. Give functions that take your own kind of sandbox. */
export interface EventHarness {
  /** Lets the vendor publish so many events, and answers the ids that the connector gives them. */
  publish(
    sandbox: ConformanceSandbox,
    count: number,
  ): readonly string[] | Promise<readonly string[]>;
  /** Lets the vendor forget all that it has published; or, in a sentence, why it never does. */
  readonly forget: EventForgetting['forget'] | string;
}

/** A method, so that it may take a sandbox of the harness's own kind. */
interface EventForgetting {
  forget(sandbox: ConformanceSandbox): void | Promise<void>;
}

/** An operation that `call` runs. */
export interface OperationHarness {
  /** What it takes; a function, where it needs something that only the running sandbox has. */
  readonly input?: JsonValue | OperationInput['input'] | undefined;
  /** The calls that it sends; of one that may not be repeated, the one that does the work. */
  readonly calls: CallMatch;
  /**
   * Whether the vendor ends up the same when the same calls come twice, by their nature or by a key that
   * they carry, so that a connector may repeat them.
   * @default true where `calls` names GET
   */
  readonly isRepeatable?: boolean | undefined;
  /** Throws what is wrong with the answer. */
  check?(answer: JsonValue): void;
}

/** A method, so that it may take a sandbox of the harness's own kind. */
interface OperationInput {
  input(sandbox: ConformanceSandbox): JsonValue | Promise<JsonValue>;
}

/** The vendor's own client, as `native` hands it out. */
export interface NativeHarness {
  /** Reads something through it; throws when that fails. */
  use(client: unknown): Promise<void>;
  /** The calls that `use` makes. */
  readonly calls: CallMatch;
}

/** A fault that only the vendor's simulator has, or that needs the vendor's words. */
export interface VendorFault {
  /** For the report, for example `stale CSRF token`. */
  readonly name: string;
  readonly fault: SandboxFault;
  /** Which operations it can hit. */
  readonly hits: readonly ('reads' | 'creates' | 'updates' | 'deletes')[];
  /**
   * What the caller may see of it:
   *
   * - `nothing`: the operation ends as without the fault
   * - `refusal`: it ends as an error of a category that `category` names, and nothing is written
   * - `truth`: either; a result never says what is not so, and nothing is written twice
   */
  readonly expect: 'nothing' | 'refusal' | 'truth';
  /** For `refusal`. @default any but `internal` */
  readonly category?: readonly string[] | undefined;
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
  /** Needed when the connector announces `webhooks`. */
  readonly webhooks?: WebhookHarness | undefined;
  /** Needed when the connector announces `events`. */
  readonly events?: EventHarness | undefined;
  /** Every operation that the connector announces. Needed when there are any. */
  readonly operations?: { readonly [operation: string]: OperationHarness } | undefined;
  /** Needed when the connector announces `native`. */
  readonly native?: NativeHarness | undefined;
  /** More faults for the fault matrix, for example those that only the vendor's simulator has. */
  readonly faults?: readonly VendorFault[] | undefined;
}
