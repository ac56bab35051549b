import type { WriteOptions } from '../contract/call-options.ts';
import type { WriteResult } from '../contract/record-write.ts';
import type { PurchaseOrder } from '../entities/purchase-order.ts';
import type { CommonPurchaseOrderInput } from './common-inputs.ts';
import type { CommonPurchaseOrder } from './common-wire.ts';
import { type CommonWriteContext, readForUpdate, type Upsert } from './read-for-update.ts';

/**
 * Creates an order, or changes what differs. Common takes the idempotency key of a create; an update
 * needs none: what is there already is not sent again.
 */
export async function writePurchaseOrder(
  change: Upsert<PurchaseOrder>,
  context: CommonWriteContext,
  options: WriteOptions,
): Promise<WriteResult> {
  const { client, mappings, companyId } = context;
  if (change.key === undefined) {
    const wanted = mappings.toOrderInput(change.record);
    // The key that it will have is not known; its number stands for it.
    if (options.dryRun) return { status: 'created', key: wanted.po_number };
    const isSeller = wanted.seller_company_id === companyId;
    const order = { ...(isSeller ? {} : { buyer_company_id: companyId }), ...wanted };
    const created = await client.purchaseOrders.create(order, {
      ...options,
      idempotencyKey: change.idempotencyKey,
    });
    return resultOf('created', created);
  }
  const { key, expectedRevision } = change;
  const wanted = mappings.toOrderPatch(change.record);
  const stored = await readForUpdate(key, expectedRevision, context, options);
  const difference = differenceOf(wanted, mappings.toOrderInput(mappings.purchaseOrder(stored)));
  if (Object.keys(difference).length === 0) return resultOf('unchanged', stored);
  if (options.dryRun) return resultOf('updated', stored);
  // Only what differs is sent: what the other side changes meanwhile must not be turned back.
  return resultOf('updated', await client.purchaseOrders.update(key, difference, options));
}

function resultOf(
  status: 'created' | 'updated' | 'unchanged',
  order: CommonPurchaseOrder,
): WriteResult {
  return { status, key: order.id, revision: order.updated_at };
}

function differenceOf(
  wanted: Partial<CommonPurchaseOrderInput>,
  stored: CommonPurchaseOrderInput,
): Partial<CommonPurchaseOrderInput> {
  return Object.fromEntries(
    Object.entries(wanted).filter(
      ([field, value]) => value !== (stored[field as keyof CommonPurchaseOrderInput] ?? null),
    ),
  );
}
