import type { CallOptions } from '../contract/call-options.ts';
import type { Checkpoint } from '../contract/checkpoint.ts';
import type { ChangePage, RecordChange } from '../contract/record-page.ts';
import type { Amendment } from '../entities/amendment.ts';
import type { PurchaseOrder } from '../entities/purchase-order.ts';
import type { CommonClient } from './common-client.ts';
import { type CommonMappings, decodeItems } from './common-mapping.ts';
import type { CommonPendingUpdate, CommonUpdateType } from './common-wire.ts';

/** The entities with changes, and the updates that bring them. */
const updateTypes = {
  purchaseOrder: ['purchase_order.created', 'purchase_order.updated'],
  amendment: ['amendment.proposed', 'amendment.approved', 'amendment.rejected'],
} as const satisfies Record<string, readonly CommonUpdateType[]>;

/** An entity of which Common tells the changes. */
export type CommonChangingEntity = keyof typeof updateTypes;

// The queue itself is the position: what was acknowledged has left it.
const checkpoint: Checkpoint = { queue: 'pending-updates' };

/**
 * Reads the pending updates of an entity, oldest first. Several updates of one order within a page
 * become its last state; `acknowledge` takes all of them off the queue.
 *
 * Every call begins at the head of the queue, so what was not acknowledged comes again. Within a call
 * the cursor leads on, whether pages were acknowledged meanwhile or not. Should an acknowledgement
 * make the server skip an update, it is still pending and comes with the next call.
 */
export async function* changesOfCommon(
  entity: CommonChangingEntity,
  context: {
    readonly client: CommonClient;
    readonly mappings: CommonMappings;
    readonly pageSize: number;
  },
  options: CallOptions,
): AsyncGenerator<ChangePage<PurchaseOrder | Amendment>, void, undefined> {
  const { client, mappings, pageSize } = context;
  const filter = { type: updateTypes[entity], page_size: pageSize };
  for await (const page of client.erpSync.pendingUpdatePages(filter, options)) {
    const { records, failures } = decodeItems<
      CommonPendingUpdate & { readonly id: string },
      PurchaseOrder | Amendment
    >(
      {
        items: lastOfEachOrder(page.items).map((update) => ({
          ...update,
          id: update.purchase_order.id,
        })),
        invalid: page.invalid,
      },
      (update) =>
        entity === 'purchaseOrder'
          ? mappings.purchaseOrder(update.purchase_order)
          : mappings.amendment(asAmended(update)),
    );
    // An update without a readable id cannot be acknowledged: it stays, and fails again next time.
    const updateIds = [
      ...page.items.map((update) => update.update_id),
      ...page.invalid.flatMap(({ id }) => id ?? []),
    ];
    yield {
      changes: records.map(
        (record): RecordChange<PurchaseOrder | Amendment> => ({
          op: 'upsert',
          record,
        }),
      ),
      ...(failures.length > 0 && { failures }),
      checkpoint,
      async acknowledge(acknowledgeOptions) {
        if (updateIds.length > 0) await client.erpSync.acknowledge(updateIds, acknowledgeOptions);
      },
    };
  }
}

/**
 * The last update of each order, in the order in which they occurred. An approval is not superseded
 * by a proposal or a rejection that follows: its quantity holds, and the ERP has to learn it.
 */
function lastOfEachOrder(updates: readonly CommonPendingUpdate[]): readonly CommonPendingUpdate[] {
  const last = new Map<string, CommonPendingUpdate>();
  for (const update of updates) {
    const { id } = update.purchase_order;
    const approved = `${id} approved`;
    if (update.type === 'amendment.approved') {
      last.delete(id);
      last.delete(approved);
      last.set(approved, update);
    } else {
      last.delete(id);
      last.set(id, update);
    }
  }
  return [...last.values()];
}

/** The order as it was right after the update, as far as the amendment goes: the order may have moved on. */
function asAmended(update: CommonPendingUpdate): CommonPendingUpdate['purchase_order'] {
  const order = update.purchase_order;
  const status = update.type.slice('amendment.'.length);
  if (order.amendment_status === status) return order;
  return {
    ...order,
    amendment_status: status,
    // Once approved, the quantity of the order is the one that was proposed.
    ...(status === 'approved' && { proposed_quantity: order.quantity }),
  };
}
