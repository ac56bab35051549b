export { type CanonicalJson, createCanonicalJson } from './digest/canonical-json.ts';
export { digest } from './digest/digest.ts';
export { createProjection, type Projection } from './digest/projection.ts';
export type { ConflictPolicy, ConflictRules } from './engine/conflict-policy.ts';
export { createSync, type Sync } from './engine/create-sync.ts';
export type { DeadLetters } from './engine/dead-letters.ts';
export type { DeletionOptions } from './engine/deletion-limits.ts';
export type { ReplayReport } from './engine/replay.ts';
export type { RunOptions } from './engine/run-flow.ts';
export type { StandardSchema } from './engine/standard-schema.ts';
export type { ComparedFields, SyncOptions } from './engine/sync-options.ts';
export type {
  PlannedChange,
  PlannedFailure,
  PlannedField,
  PlanOptions,
  PlanSelection,
  SyncPlan,
} from './engine/sync-plan.ts';
export type { SyncCounts, SyncProgress, SyncReport } from './engine/sync-report.ts';
export type {
  LinkLookup,
  MappedRecord,
  Mapping,
  MappingContext,
} from './mapping/mapping.ts';
export {
  type CompiledTemplate,
  type TemplateMappingOptions,
  templateMapping,
} from './mapping/template-mapping.ts';
export type { ReferenceLink, ReferenceLinks } from './mapping/template-references.ts';
export { type BothWays, type BothWaysOptions, bothWays } from './presets/both-ways.ts';
export { type CostAnswer, costAnswer } from './presets/cost-answer.ts';
export { type LinkedUpdatesOptions, linkedUpdates } from './presets/linked-updates.ts';
export { type OneWayOptions, oneWay, type RecordKind } from './presets/one-way.ts';
export { syncEvents } from './presets/sync-events.ts';
export { planRepair, type Repair } from './reconcile/plan-repair.ts';
export {
  type Difference,
  type ReconcileOptions,
  type ReconcileReport,
  type ReconcileSide,
  reconcile,
} from './reconcile/reconcile.ts';
export type { DeadLetter, DeadLetterQuery, DeadLetterStage } from './state/dead-letter.ts';
export type { FlowKey } from './state/flow-key.ts';
export type { Intent } from './state/intent.ts';
export type { Lease, LeaseRequest, LeaseScope } from './state/lease.ts';
export { leaseLost } from './state/lease-lost.ts';
export type { Link, LinkSide, LinkSpace } from './state/link.ts';
export { memoryStore } from './state/memory-store.ts';
export { isProcessDead, processOwner } from './state/process-owner.ts';
export { endRestore, markRestored, type RestoreOptions } from './state/restore-mark.ts';
export type { RunRecord } from './state/run-record.ts';
export type {
  CheckpointState,
  DeadLetterState,
  JournalState,
  LeaseState,
  LinkState,
  RunState,
  StateStore,
  StateTransaction,
  TransactionOptions,
} from './state/state-store.ts';
export {
  type StateStoreConformanceOptions,
  stateStoreConformance,
} from './state/state-store-conformance.ts';
export { connectorTarget } from './target/connector-target.ts';
export { type NdjsonTarget, ndjsonTarget } from './target/ndjson-target.ts';
export type { SyncTarget, TargetIdempotency } from './target/sync-target.ts';
