import type { JsonValue } from '@common/connector-core';
import type { DeadLetter, DeadLetterQuery } from './dead-letter.ts';
import type { FlowKey } from './flow-key.ts';
import type { Intent } from './intent.ts';
import type { Lease, LeaseRequest } from './lease.ts';
import type { Link, LinkSide, LinkSpace } from './link.ts';
import type { RunRecord } from './run-record.ts';

/** Options of a transaction. */
export interface TransactionOptions {
  /**
   * The lease under which the work is done. It is checked inside the transaction: a holder that
   * lost it (a process that was stopped past its lease and woke up) gets `ERR_LEASE_LOST` and
   * nothing is stored.
   */
  readonly lease?: Lease | undefined;
  /**
   * The work only reads.
   * @default false
   */
  readonly readOnly?: boolean | undefined;
  /**
   * Whether the store may run the work again when a lost connection or a deadlock ended it:
   * `unless-stored` if the work changes nothing outside of the transaction, so that it can be repeated
   * as long as nothing was stored; `always` if moreover twice has the effect of once, so that it can be
   * repeated when nobody knows whether it was stored.
   * @default 'never', 'always' with `readOnly`
   */
  readonly repeat?: 'never' | 'unless-stored' | 'always' | undefined;
}

/**
 * Where the engine keeps what must survive. Implementations: `memoryStore` here, `sqliteStore` in
 * `@common/connector-runtime`. `stateStoreConformance` proves one.
 */
export interface StateStore {
  /** Whether the state survives the process. */
  readonly durable: boolean;
  /**
   * Runs `work` atomically: all of it is stored when the promise resolves, nothing when it rejects.
   * Transactions do not nest.
   */
  transaction<Result>(
    work: (state: StateTransaction) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>;
  close(): Promise<void>;
}

/** The state inside a transaction. Lists take and answer many rows at once: a page is thousands. */
export interface StateTransaction {
  readonly leases: LeaseState;
  readonly checkpoints: CheckpointState;
  readonly journal: JournalState;
  readonly links: LinkState;
  readonly deadLetters: DeadLetterState;
  readonly runs: RunState;
}

export interface LeaseState {
  /** The lease, or its present holder when somebody else has it. */
  acquire(request: LeaseRequest): Promise<{ readonly granted: boolean; readonly lease: Lease }>;
  /** Extends it; `undefined` when another owner has it. */
  renew(lease: Lease, expiresAt: number): Promise<Lease | undefined>;
  /** Lets go of it. The token stays, so that it keeps growing. */
  release(lease: Lease): Promise<void>;
}

export interface CheckpointState {
  /** Names: `incremental`, `full`, `target`. */
  get(flow: FlowKey, name: string): Promise<JsonValue | undefined>;
  /** `undefined` removes it. */
  set(flow: FlowKey, name: string, value: JsonValue | undefined): Promise<void>;
}

export interface JournalState {
  /** Adds intents; one with the same flow and key replaces the other. */
  add(intents: readonly Intent[]): Promise<void>;
  /** The open intents of a flow. */
  list(flow: FlowKey): Promise<readonly Intent[]>;
  /** Names of the flows that have open intents in a space. */
  flowsOf(space: LinkSpace): Promise<readonly string[]>;
  /** Removes intents by key, or all of the flow. */
  remove(flow: FlowKey, keys?: readonly string[]): Promise<void>;
}

export interface LinkState {
  /** The links, tombstones included, whose key on `side` is one of `keys`. */
  byKeys(space: LinkSpace, side: LinkSide, keys: readonly string[]): Promise<readonly Link[]>;
  /** The links, tombstones left out, whose key on `side` is one of `keys` or begins with one and a slash. */
  byRecords(space: LinkSpace, side: LinkSide, keys: readonly string[]): Promise<readonly Link[]>;
  /** Inserts or replaces by left key. */
  put(space: LinkSpace, links: readonly Link[]): Promise<void>;
  remove(space: LinkSpace, leftKeys: readonly string[]): Promise<void>;
  /** How many live links a space has. Without it they are listed. */
  count?(space: LinkSpace): Promise<number>;
  /** Live links of a space, in the order of their left keys. */
  list(
    space: LinkSpace,
    options: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<readonly Link[]>;
}

export interface DeadLetterState {
  /** Inserts or replaces by tenant, flow and id. */
  put(letters: readonly DeadLetter[]): Promise<void>;
  get(flow: FlowKey, id: string): Promise<DeadLetter | undefined>;
  bySourceKeys(flow: FlowKey, sourceKeys: readonly string[]): Promise<readonly DeadLetter[]>;
  /** In the order of their ids. */
  list(flow: FlowKey, query: DeadLetterQuery): Promise<readonly DeadLetter[]>;
  count(flow: FlowKey): Promise<number>;
  remove(flow: FlowKey, ids: readonly string[]): Promise<void>;
}

export interface RunState {
  /** Inserts or replaces by run id. */
  put(run: RunRecord): Promise<void>;
  /** The latest first. */
  list(flow: FlowKey, limit: number): Promise<readonly RunRecord[]>;
}
