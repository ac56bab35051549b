import type { Sync } from '../engine/create-sync.ts';
import { recordKeyOf, sideLinkOf } from '../engine/side-link.ts';
import type { SyncPlan } from '../engine/sync-plan.ts';
import { compareSides, type ReconcileOptions, type ReconcileReport } from './reconcile.ts';

/** What differs, and what would bring the right side to what the left side has. */
export interface Repair {
  readonly report: ReconcileReport;
  /** For `sync.apply`. */
  readonly plan: SyncPlan;
}

/**
 * Compares both sides and plans the repair with the flow from left to right: what is missing is
 * created, what differs is updated, and what is linked but gone on the left is deleted. Records of
 * the right side that were never linked are reported and left alone.
 *
 * @throws ConnectorError of either side
 */
export async function planRepair(
  options: ReconcileOptions & { readonly sync: Sync },
): Promise<Repair> {
  const { sync, link, signal } = options;
  const keys = new Set<string>();
  const extra: string[] = [];
  const report = await compareSides(options, ({ kind, recordKey, rightKey }) => {
    if (recordKey !== undefined) keys.add(recordKey);
    else if (kind === 'extra' && rightKey !== undefined) extra.push(rightKey);
  });
  if (link !== undefined && extra.length > 0) {
    const { store, tenant = 'default', space } = link;
    const links = await store.transaction(
      (state) => state.links.byKeys({ tenant, space }, 'right', extra),
      { readOnly: true },
    );
    for (const found of links) {
      if (!found.deleted) keys.add(recordKeyOf(sideLinkOf(found, 'left')));
    }
  }
  const plan = await sync.plan({ keys: [...keys], atMost: keys.size + 1, signal });
  return { report, plan };
}
