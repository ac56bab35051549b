import type { CallOptions, RecordPage, RecordQuery } from '@common/connector-core';
import { createProjection } from '../digest/projection.ts';
import { createLinkLookup } from '../mapping/link-lookup.ts';
import type { LinkLookup, Mapping } from '../mapping/mapping.ts';
import type { StateStore } from '../state/state-store.ts';
import { type ReconcileEntry, sideEntries } from './side-entries.ts';

/** One side of a comparison. */
export interface ReconcileSide {
  /** A connector, or a target that can be listed. */
  readonly from: {
    list?(entity: string, query?: RecordQuery, options?: CallOptions): AsyncIterable<RecordPage>;
  };
  readonly entity: string;
  /** Turns the records into what is compared, for example with the mapping of the flow on the left. */
  readonly mapping?: Mapping | undefined;
}

/** Options of `reconcile`. */
export interface ReconcileOptions {
  readonly left: ReconcileSide;
  readonly right: ReconcileSide;
  /**
   * The identity map that says which records belong together.
   * @default those with the same key
   */
  readonly link?:
    | { readonly store: StateStore; readonly space: string; readonly tenant?: string | undefined }
    | undefined;
  /**
   * Paths that are compared.
   * @default all but `source`, `changedAt`, `createdOn`, `custom`
   */
  readonly compare?: readonly string[] | undefined;
  /**
   * Most records that are named in `details`.
   * @default 20
   */
  readonly detailLimit?: number | undefined;
  readonly pageSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A record on which the sides do not agree. */
export interface Difference {
  readonly kind: 'missing' | 'extra' | 'different';
  readonly leftKey: string | undefined;
  readonly rightKey: string | undefined;
  /** Fields in which the two differ. */
  readonly fields: readonly string[];
}

export interface ReconcileReport {
  /** The entity of the left side. */
  readonly entity: string;
  /** Pairs that were compared. */
  readonly compared: number;
  /** Records of the left side without a counterpart. */
  readonly missing: number;
  /** Records of the right side without a counterpart. */
  readonly extra: number;
  readonly different: number;
  /** Records of either side that could not be read or mapped. */
  readonly unreadable: number;
  readonly details: readonly Difference[];
}

/**
 * Compares every record of both sides by key and digest. Pages are read one by one; in memory are a
 * digest per record of the right side, about 100 bytes each, and the records named in `details`.
 *
 * @throws ConnectorError of either side; nothing is said then
 */
export async function reconcile(options: ReconcileOptions): Promise<ReconcileReport> {
  const { left, right, link, detailLimit = 20, pageSize, signal } = options;
  const projection = createProjection(options.compare);
  const details: Difference[] = [];
  const counts = { compared: 0, missing: 0, extra: 0, different: 0, unreadable: 0 };
  const read = { store: link?.store, tenant: link?.tenant ?? 'default', pageSize, signal };

  const digests = new Map<string, string>();
  for await (const page of sideEntries(right, read)) {
    counts.unreadable += page.unreadable;
    for (const { key, record } of page.entries) digests.set(key, projection.digest(record));
  }

  /** Left records that differ, by right key, until their fields have been compared. */
  const differing = new Map<string, ReconcileEntry>();
  for await (const page of sideEntries(left, read)) {
    counts.unreadable += page.unreadable;
    const rightKeys = await counterparts(link, page.entries);
    for (const [index, entry] of page.entries.entries()) {
      const rightKey = rightKeys[index];
      const digest = rightKey === undefined ? undefined : digests.get(rightKey);
      if (rightKey === undefined || digest === undefined) {
        counts.missing += 1;
        addDetail({ kind: 'missing', leftKey: entry.key, rightKey, fields: [] });
        continue;
      }
      digests.delete(rightKey);
      counts.compared += 1;
      if (digest === projection.digest(entry.record)) continue;
      counts.different += 1;
      if (differing.size < detailLimit) differing.set(rightKey, entry);
    }
  }
  counts.extra = digests.size;
  for (const rightKey of digests.keys()) {
    if (details.length >= detailLimit) break;
    addDetail({ kind: 'extra', leftKey: undefined, rightKey, fields: [] });
  }
  if (differing.size > 0) await compareFields();
  return { entity: left.entity, ...counts, details };

  function addDetail(difference: Difference): void {
    if (details.length < detailLimit) details.push(difference);
  }

  async function compareFields(): Promise<void> {
    for await (const page of sideEntries(right, read)) {
      for (const { key, record } of page.entries) {
        const entry = differing.get(key);
        if (entry === undefined) continue;
        differing.delete(key);
        const fields = projection.differences(entry.record, record);
        addDetail({ kind: 'different', leftKey: entry.key, rightKey: key, fields });
      }
      if (differing.size === 0) return;
    }
  }
}

async function counterparts(
  link: ReconcileOptions['link'],
  entries: readonly ReconcileEntry[],
): Promise<readonly (string | undefined)[]> {
  const keys = entries.map(({ key }) => key);
  if (link === undefined) return keys;
  const { store, tenant = 'default', space } = link;
  const lookup: LinkLookup = createLinkLookup({ store, tenant, space });
  await lookup.load({ left: keys });
  return keys.map((key) => lookup.right(key));
}
