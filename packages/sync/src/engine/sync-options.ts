import type { Clock, ErpRecord, IErpConnector, Logger } from '@common/connector-core';
import type { Mapping } from '../mapping/mapping.ts';
import type { LinkSide } from '../state/link.ts';
import type { StateStore } from '../state/state-store.ts';
import type { SyncTarget } from '../target/sync-target.ts';
import type { ConflictPolicy, ConflictRules } from './conflict-policy.ts';
import type { DeletionOptions } from './deletion-limits.ts';
import type { StandardSchema } from './standard-schema.ts';
import type { SyncProgress } from './sync-report.ts';

/** The fields that make two records equal, for each side of a flow. */
export interface ComparedFields {
  readonly source?: readonly string[] | undefined;
  /** `false`: what this flow writes says nothing about the target side of the identity map. */
  readonly target?: readonly string[] | false | undefined;
}

/** Options of `createSync`. */
export interface SyncOptions<
  Source extends ErpRecord = ErpRecord,
  Target extends ErpRecord = ErpRecord,
> {
  /** Names the flow; all its state lives under it. For example `sap-orders-to-common`. */
  readonly id: string;
  /** @default 'default' */
  readonly tenant?: string | undefined;
  readonly source: IErpConnector;
  readonly target: IErpConnector | SyncTarget;
  /** One name, or two where the sides differ. */
  readonly entity: string | { readonly source: string; readonly target: string };
  /** @default canonical records are written as they were read */
  readonly mapping?: Mapping<Source, Target> | undefined;
  /**
   * The identity map that both directions of a pair share, and the side that this flow's source is.
   * @default a map of the flow's own, source on the left
   */
  readonly link?: { readonly space: string; readonly side: LinkSide } | undefined;
  /**
   * Paths that make two records equal, for example `lines.quantity`. Where both directions run, name
   * the fields that both systems keep as they were written.
   * @default all but `source`, `changedAt`, `createdOn`
   */
  readonly compare?: readonly string[] | ComparedFields | undefined;
  /**
   * Reads the target record before an update or deletion and merges both sides' changes field by
   * field; says what happens to a field that both sides changed.
   * @default what the flow brings is written over what is there
   */
  readonly conflicts?: ConflictPolicy | ConflictRules | undefined;
  /** What happens to records that vanish, and how many deletions a run makes without being asked. */
  readonly deletes?: DeletionOptions | undefined;
  /**
   * Reads the target record before an update, and leaves it alone when it already is as wanted.
   * @default false
   */
  readonly checkTarget?: boolean | undefined;
  /**
   * Field of the target record that no two records there share and that `findBy` of its capabilities
   * names, for example `externalReference`. After a restore of the state it tells what was created since.
   * @default none: the idempotency key, where the target keeps it in a field
   */
  readonly matchBy?: string | undefined;
  /** Checks every mapped record; a schema of zod or of any library with Standard Schema. */
  readonly schema?: StandardSchema | undefined;
  /** @default memory, with a warning: nothing survives the process */
  readonly store?: StateStore | undefined;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  /** @default Math.random */
  readonly random?: (() => number) | undefined;
  readonly onProgress?: ((progress: SyncProgress) => void) | undefined;
  /**
   * Batches that are written at the same time.
   * @default 4
   */
  readonly writeConcurrency?: number | undefined;
  /** Records of a page where the source lets us choose. */
  readonly pageSize?: number | undefined;
  /**
   * How often writes are sent again after failures that may pass when that brings none of them
   * further, on top of what the connector does.
   * @default 5
   */
  readonly writeRetries?: number | undefined;
  /**
   * How long another process waits before it takes over a flow whose process does not answer.
   * @default 60_000
   */
  readonly leaseMs?: number | undefined;
}
