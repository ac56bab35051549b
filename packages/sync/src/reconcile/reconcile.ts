import type { CallOptions, RecordPage, RecordQuery } from '@common/connector-core';
import { createProjection } from '../digest/projection.ts';
import { createLinkLookup } from '../mapping/link-lookup.ts';
import type { LinkLookup, Mapping } from '../mapping/mapping.ts';
import type { StateStore } from '../state/state-store.ts';
import { createRangeDigests, rangeOf } from './range-digests.ts';
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
 * Compares every record of both sides by key and digest: first counts and digests per range of keys,
 * in 80 KB of memory, then record by record only the ranges that differ, about 100 bytes for each
 * record of the right side in them.
 *
 * @throws ConnectorError of either side; nothing is said then
 */
export async function reconcile(options: ReconcileOptions): Promise<ReconcileReport> {
  return compareSides(options, () => undefined);
}

/** A difference before its fields are known, and the record to read for it. */
export interface FoundDifference extends Omit<Difference, 'fields'> {
  /** Key of the left record, without its part. */
  readonly recordKey: string | undefined;
}

/** @param onDifference - told about every difference, however many there are */
export async function compareSides(
  options: ReconcileOptions,
  onDifference: (difference: FoundDifference) => void,
): Promise<ReconcileReport> {
  const { left, right, link, detailLimit = 20, pageSize, signal } = options;
  const projection = createProjection(options.compare);
  const details: Difference[] = [];
  const counts = { compared: 0, missing: 0, extra: 0, different: 0, unreadable: 0 };
  const read = { store: link?.store, tenant: link?.tenant ?? 'default', pageSize, signal };
  const ranges = await differingRanges();
  /** Left records that differ, by right key, until their fields have been compared. */
  const differing = new Map<string, ReconcileEntry>();
  if (ranges !== undefined) await compareRecords(ranges);
  if (differing.size > 0) await compareFields();
  return { entity: left.entity, ...counts, details };

  function addDetail(difference: Difference): void {
    if (details.length < detailLimit) details.push(difference);
  }

  /** The ranges to look at record by record; `undefined` when there is nothing to look at. */
  async function differingRanges(): Promise<ReadonlySet<number> | undefined> {
    const ofRight = createRangeDigests();
    for await (const page of sideEntries(right, read)) {
      counts.unreadable += page.unreadable;
      for (const { key, record } of page.entries) ofRight.add(key, projection.digest(record));
    }
    const ofLeft = createRangeDigests();
    let hasUnlinked = false;
    for await (const page of sideEntries(left, read)) {
      counts.unreadable += page.unreadable;
      const rightKeys = await counterparts(link, page.entries);
      for (const [index, { record }] of page.entries.entries()) {
        const rightKey = rightKeys[index];
        if (rightKey === undefined) hasUnlinked = true;
        else ofLeft.add(rightKey, projection.digest(record));
      }
    }
    const found = ofLeft.differing(ofRight);
    counts.compared = ofLeft.countOutside(found);
    return found.size === 0 && !hasUnlinked ? undefined : found;
  }

  async function compareRecords(within: ReadonlySet<number>): Promise<void> {
    const digests = new Map<string, string>();
    for await (const page of sideEntries(right, read)) {
      for (const { key, record } of page.entries) {
        if (within.has(rangeOf(key))) digests.set(key, projection.digest(record));
      }
    }
    for await (const page of sideEntries(left, read)) {
      const rightKeys = await counterparts(link, page.entries);
      for (const [index, entry] of page.entries.entries()) {
        const rightKey = rightKeys[index];
        if (rightKey !== undefined && !within.has(rangeOf(rightKey))) continue;
        const digest = rightKey === undefined ? undefined : digests.get(rightKey);
        const { key: leftKey, recordKey } = entry;
        if (rightKey === undefined || digest === undefined) {
          counts.missing += 1;
          onDifference({ kind: 'missing', leftKey, rightKey, recordKey });
          addDetail({ kind: 'missing', leftKey, rightKey, fields: [] });
          continue;
        }
        digests.delete(rightKey);
        counts.compared += 1;
        if (digest === projection.digest(entry.record)) continue;
        counts.different += 1;
        onDifference({ kind: 'different', leftKey, rightKey, recordKey });
        if (differing.size < detailLimit) differing.set(rightKey, entry);
      }
    }
    counts.extra = digests.size;
    for (const rightKey of digests.keys()) {
      onDifference({ kind: 'extra', leftKey: undefined, rightKey, recordKey: undefined });
      addDetail({ kind: 'extra', leftKey: undefined, rightKey, fields: [] });
    }
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
