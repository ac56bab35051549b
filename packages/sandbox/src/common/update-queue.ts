import type { SandboxClock } from '../toolkit/sandbox-clock.ts';
import type { SeededRandom } from '../toolkit/seeded-random.ts';
import type { CommonUpdate, UpdateType } from './erp-update.ts';
import type { CommonPurchaseOrder } from './purchase-order.ts';
import { createSortedIndex, type SortedIndex } from './sorted-index.ts';

/** What ERPs have to take note of, one queue per company. */
export interface UpdateQueue {
  /** One update for each party of the order that has an ERP connected. */
  raise(order: CommonPurchaseOrder, type: UpdateType): readonly CommonUpdate[];
  /** Returns how many were pending before. Unknown ids and those of others are ignored. */
  acknowledge(companyId: string, updateIds: readonly string[]): number;
  /** The webhook ladder of an update ended without success; polling still finds it. */
  fail(updateId: string): void;
  /** Pending updates of a company in the order they occurred. */
  pending(companyId: string): SortedIndex<CommonUpdate>;
  syncStatus(orderId: string): CommonPurchaseOrder['erp_sync_status'];
  count(companyId: string): {
    readonly pending: number;
    readonly acknowledged: number;
    readonly failed: number;
    readonly last_acknowledged_at: string | null;
  };
  all(): Iterable<CommonUpdate>;
}

export interface UpdateQueueOptions {
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  /** Companies with an ERP. */
  readonly companyIds: ReadonlySet<string>;
}

export function createUpdateQueue(options: UpdateQueueOptions): UpdateQueue {
  const { clock, random, companyIds } = options;
  const queues = new Map([...companyIds].map((id) => [id, createSortedIndex<CommonUpdate>()]));
  const updates = new Map<string, { update: CommonUpdate; readonly key: string }>();
  const openByOrder = new Map<string, Set<string>>();
  const lastAcknowledged = new Map<string, string>();
  const nothing = createSortedIndex<CommonUpdate>();

  const replace = (updateId: string, change: Partial<CommonUpdate>): void => {
    const entry = updates.get(updateId);
    if (!entry) return;
    entry.update = { ...entry.update, ...change };
    const queue = queues.get(entry.update.company_id);
    if (entry.update.state === 'acknowledged') queue?.delete(entry.key);
    else queue?.set(entry.key, entry.update);
  };

  return {
    raise(order, type) {
      const parties = new Set([order.buyer_company_id, order.seller_company_id]);
      return [...parties].flatMap((companyId) => {
        const queue = queues.get(companyId);
        if (!queue) return [];
        const update: CommonUpdate = {
          update_id: random.uuid(),
          type,
          occurred_at: order.updated_at,
          purchase_order_id: order.id,
          company_id: companyId,
          state: 'pending',
          acknowledged_at: null,
        };
        const key = String(updates.size).padStart(12, '0');
        updates.set(update.update_id, { update, key });
        queue.set(key, update);
        const open = openByOrder.get(order.id) ?? new Set();
        openByOrder.set(order.id, open.add(update.update_id));
        return [update];
      });
    },
    acknowledge(companyId, updateIds) {
      let acknowledged = 0;
      for (const updateId of updateIds) {
        const update = updates.get(updateId)?.update;
        if (update?.company_id !== companyId || update.state === 'acknowledged') continue;
        const at = clock.iso();
        replace(updateId, { state: 'acknowledged', acknowledged_at: at });
        openByOrder.get(update.purchase_order_id)?.delete(updateId);
        lastAcknowledged.set(companyId, at);
        acknowledged += 1;
      }
      return acknowledged;
    },
    fail(updateId) {
      if (updates.get(updateId)?.update.state === 'pending') replace(updateId, { state: 'failed' });
    },
    pending: (companyId) => queues.get(companyId) ?? nothing,
    syncStatus(orderId) {
      const open = openByOrder.get(orderId);
      if (!open) return 'not_required';
      if (open.size === 0) return 'synced';
      const hasFailed = [...open].some((id) => updates.get(id)?.update.state === 'failed');
      return hasFailed ? 'failed' : 'pending';
    },
    count(companyId) {
      const counts = { pending: 0, acknowledged: 0, failed: 0 };
      for (const { update } of updates.values()) {
        if (update.company_id === companyId) counts[update.state] += 1;
      }
      return { ...counts, last_acknowledged_at: lastAcknowledged.get(companyId) ?? null };
    },
    *all() {
      for (const { update } of updates.values()) yield update;
    },
  };
}
