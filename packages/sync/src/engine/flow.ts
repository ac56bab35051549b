import {
  type Clock,
  ConnectorError,
  type IErpConnector,
  type Logger,
  systemClock,
} from '@common/connector-core';
import { type CanonicalJson, createCanonicalJson } from '../digest/canonical-json.ts';
import { createProjection, type Projection } from '../digest/projection.ts';
import { identityMapping } from '../mapping/identity-mapping.ts';
import type { Mapping } from '../mapping/mapping.ts';
import type { FlowKey } from '../state/flow-key.ts';
import type { LeaseScope } from '../state/lease.ts';
import type { LinkSide, LinkSpace } from '../state/link.ts';
import { memoryStore } from '../state/memory-store.ts';
import type { StateStore } from '../state/state-store.ts';
import { connectorTarget } from '../target/connector-target.ts';
import type { SyncTarget } from '../target/sync-target.ts';
import { type ConflictRules, conflictRules } from './conflict-policy.ts';
import { type DeletionLimits, deletionLimits } from './deletion-limits.ts';
import { type FlowShadow, flowShadow } from './flow-shadow.ts';
import type { RestoredFlow } from './restored-flow.ts';
import type { StandardSchema } from './standard-schema.ts';
import type { ComparedFields, SyncOptions } from './sync-options.ts';
import type { SyncProgress } from './sync-report.ts';

/** A flow with every option decided. */
export interface Flow {
  readonly key: FlowKey;
  readonly space: LinkSpace;
  readonly side: LinkSide;
  readonly scope: LeaseScope;
  readonly source: IErpConnector;
  readonly sourceEntity: string;
  readonly target: SyncTarget;
  /** The target is in the store's own database: a page is written in the transaction that commits it. */
  readonly writesInCommit: boolean;
  readonly targetEntity: string;
  readonly mapping: Mapping;
  readonly sourceProjection: Projection;
  /** Absent: the target side's digests are left as they are. */
  readonly targetProjection: Projection | undefined;
  readonly canonicalJson: CanonicalJson;
  /** Absent: nobody asks what single fields were. */
  readonly shadow: FlowShadow | undefined;
  /** Absent: what the flow brings is written over what is there. */
  readonly conflicts: ConflictRules | undefined;
  /** Whether both sides keep a field, so that changes of it can meet. */
  isCompared(field: string): boolean;
  readonly deletes: DeletionLimits;
  readonly checkTarget: boolean;
  /** Whether other flows may work on the same identity map. */
  readonly sharesLinks: boolean;
  /** Field of the target record that no two records there share. */
  readonly matchBy: string | undefined;
  /** Set for the time of a run: the state is older than what was written by it. */
  readonly restored: RestoredFlow | undefined;
  readonly schema: StandardSchema | undefined;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly onProgress: (progress: SyncProgress) => void;
  readonly writeConcurrency: number;
  readonly writeRetries: number;
  readonly pageSize: number | undefined;
  readonly leaseMs: number;
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** Decides the defaults and refuses what cannot work. */
export function createFlow(options: SyncOptions): Flow {
  const { id, tenant = 'default', link, logger = console } = options;
  if (!id) throw misconfigured('A sync needs an id, for example "sap-orders-to-common".');
  if (!options.entity)
    throw misconfigured(`The sync "${id}" has no entity, for example "product".`);
  const entities =
    typeof options.entity === 'string'
      ? { source: options.entity, target: options.entity }
      : options.entity;
  const { source } = options;
  for (const name of ['source', 'target'] as const) {
    // Without types, or with an import that is not there.
    if (!options[name]) throw misconfigured(`The sync "${id}" has no ${name}.`);
  }
  const readable = source.capabilities.entities[entities.source];
  if (readable === undefined) {
    throw new ConnectorError({
      code: 'ERR_UNKNOWN_ENTITY',
      category: 'configuration',
      system: source.manifest.id,
      entity: entities.source,
      message: `The source "${source.manifest.id}" has no entity "${entities.source}"; it has ${Object.keys(source.capabilities.entities).join(', ')}.`,
    });
  }
  if (options.store === undefined) {
    logger.warn(
      `The sync "${id}" has no store: its state is in memory and lost when the process ends. ` +
        'Give it sqliteStore({ path }) of @common/connector-runtime.',
    );
  }
  const compare = comparedFields(options.compare);
  // The customer's own fields count as all others do.
  const counted = { custom: true };
  const sourceProjection = createProjection(compare.source, counted);
  const store = options.store ?? memoryStore();
  const target = isConnector(options.target)
    ? connectorTarget(options.target, entities.target)
    : options.target;
  const mapping = options.mapping ?? identityMapping;
  if (typeof mapping.map !== 'function') {
    throw misconfigured(
      `The mapping of the sync "${id}" has no map(); give { map: (record) => ({ record: … }) }, or a template by templateMapping.`,
    );
  }
  return {
    key: { tenant, flow: id },
    space: { tenant, space: link?.space ?? `flow:${id}` },
    side: link?.side ?? 'left',
    // Both directions of a pair work on one identity map: only one of them runs at a time.
    scope: { tenant, scope: link === undefined ? `flow:${id}` : `space:${link.space}` },
    source,
    sourceEntity: entities.source,
    target,
    writesInCommit: target.writeWithin !== undefined && target.isWithin?.(store) === true,
    targetEntity: entities.target,
    mapping,
    sourceProjection,
    // One object for both where the fields are the same: an unmapped record is then digested once.
    targetProjection:
      compare.target === false
        ? undefined
        : compare.target === compare.source
          ? sourceProjection
          : createProjection(compare.target, counted),
    canonicalJson: createCanonicalJson(),
    shadow: target.patches === true ? flowShadow({ id, link, mapping, compare }) : undefined,
    conflicts: conflictsOf(options, target),
    isCompared: comparedTest(compare.target),
    deletes: deletionLimits(
      // There is nothing to detect for a target that deletes nothing.
      target.deletes === false ? { ...options.deletes, detect: false } : { ...options.deletes },
      link !== undefined,
    ),
    checkTarget: options.checkTarget ?? false,
    sharesLinks: link !== undefined,
    matchBy: matchByOf(options, target),
    restored: undefined,
    schema: options.schema,
    store,
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silent,
    random: options.random ?? Math.random,
    onProgress: options.onProgress ?? (() => undefined),
    writeConcurrency: positive('writeConcurrency', options.writeConcurrency ?? 4),
    writeRetries: options.writeRetries ?? 5,
    pageSize: options.pageSize,
    leaseMs: positive('leaseMs', options.leaseMs ?? 60_000),
  };
}

function comparedFields(compare: SyncOptions['compare']): ComparedFields {
  if (compare === undefined) return {};
  if ('length' in compare) return { source: compare, target: compare };
  return compare;
}

/** A path counts for its field; without paths all fields do. */
function comparedTest(paths: ComparedFields['target']): (field: string) => boolean {
  if (paths === undefined || paths === false) return () => true;
  const fields = new Set(paths.map((path) => path.replaceAll('[]', '').split('.')[0]));
  return (field) => fields.has(field) || fields.has(field.split('.')[0] ?? field);
}

function conflictsOf({ id, conflicts }: SyncOptions, target: SyncTarget) {
  const rules = conflictRules(conflicts);
  if (rules === undefined || (target.patches === true && target.get !== undefined)) return rules;
  throw misconfigured(
    `The sync "${id}" cannot merge conflicts: its target must be read by key and take patches, as connectors do.`,
  );
}

function matchByOf({ id, matchBy, ...options }: SyncOptions, target: SyncTarget) {
  if (matchBy === undefined) return undefined;
  if (target.find === undefined) {
    throw misconfigured(`The sync "${id}" has matchBy, and its target cannot find records.`);
  }
  if (!isConnector(options.target)) return matchBy;
  const entity = typeof options.entity === 'string' ? options.entity : options.entity.target;
  const { findBy = [] } = options.target.capabilities.entities[entity] ?? {};
  if (findBy.includes(matchBy) && matchBy !== 'idempotencyKey') return matchBy;
  const possible = findBy.filter((field) => field !== 'idempotencyKey');
  throw misconfigured(
    `The sync "${id}" has matchBy "${matchBy}". ` +
      (possible.length > 0
        ? `Its target finds ${entity} by ${possible.join(', ')}.`
        : `Its target finds ${entity} by no field.`),
  );
}

function isConnector(target: SyncOptions['target']): target is IErpConnector {
  return 'specificationVersion' in target;
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw misconfigured(`${name} must be a whole number above 0, not ${value}.`);
}

function misconfigured(message: string): ConnectorError {
  return new ConnectorError({ code: 'ERR_CONFIGURATION', category: 'configuration', message });
}
