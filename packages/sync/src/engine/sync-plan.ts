import type { JsonValue } from '@common/connector-core';

/** One field of a planned change. A side without a value has none. */
export interface PlannedField {
  /** Its name; those of `custom` as `custom.<name>`. */
  readonly field: string;
  /** What the target has. Absent too where the target cannot be asked. */
  readonly from?: JsonValue | undefined;
  readonly to?: JsonValue | undefined;
}

/** What a run would do to one target record. */
export interface PlannedChange {
  readonly action: 'create' | 'update' | 'delete';
  /** Key of the source record or part. */
  readonly key: string;
  /** Native key at the target, where there is one. */
  readonly targetKey: string | undefined;
  readonly reason:
    | 'new'
    | 'came back'
    | 'missing at the target'
    | 'changed'
    | 'repair'
    | 'new mapping version'
    | 'earlier write in doubt'
    | 'deleted at the source'
    | 'not at the source any more'
    | 'part of its record no more';
  readonly fields: readonly PlannedField[];
}

/** A record that would go to the dead letters. */
export interface PlannedFailure {
  readonly key: string;
  readonly stage: string;
  readonly code: string;
  readonly message: string;
}

/** What to plan. */
export type PlanSelection =
  | { readonly mode: 'incremental' | 'full' }
  /** These records, whatever is known of them: compared with the target as it is. */
  | { readonly keys: readonly string[] };

/**
 * What a run would do, as plain JSON. It names values: keep it where the records may be kept. `apply`
 * does exactly this, or refuses.
 */
export interface SyncPlan {
  readonly tenant: string;
  readonly flow: string;
  readonly selection: PlanSelection;
  /** Most records that it was to hold. */
  readonly atMost: number;
  /** ISO instant, UTC. */
  readonly plannedAt: string;
  readonly read: number;
  readonly unchanged: number;
  readonly changes: readonly PlannedChange[];
  readonly failures: readonly PlannedFailure[];
  /** Deletions that are more than the flow may make. */
  readonly withheld: number;
  /** Whether the source has more behind what was planned. */
  readonly hasMore: boolean;
  /** Stands for everything that the plan rests on. */
  readonly fingerprint: string;
}

/** Options of `plan`. */
export interface PlanOptions {
  /** @default 'incremental' */
  readonly mode?: 'incremental' | 'full' | undefined;
  /** Plans these records instead: source keys, for example those that `reconcile` found to differ. */
  readonly keys?: readonly string[] | undefined;
  /**
   * Ends behind the page with which so many records need something; the next plan goes on there.
   * @default 10_000
   */
  readonly atMost?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}
