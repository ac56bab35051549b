import type { WriteOptions } from '../contract/call-options.ts';
import type { RecordPatch, WriteResult } from '../contract/record-write.ts';
import { Decimal } from '../decimal/decimal.ts';
import type { Amendment } from '../entities/amendment.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { AmendmentInput } from './common-mapping.ts';
import type { CommonPurchaseOrder } from './common-wire.ts';
import { type CommonWriteContext, readForUpdate, type Upsert } from './read-for-update.ts';

/** Proposes a change of an order, or decides about the open proposal, by the status of the amendment. */
export async function writeAmendment(
  change: Omit<Upsert<Amendment>, 'key' | 'record'> & {
    readonly key: string;
    readonly record: RecordPatch<Amendment>;
  },
  context: CommonWriteContext,
  options: WriteOptions,
): Promise<WriteResult> {
  const { key, expectedRevision, idempotencyKey } = change;
  const stored = await readForUpdate(key, expectedRevision, context, options);
  const wanted = context.mappings.toAmendmentInput(complete(change.record, stored, context));
  if (isAsWanted(wanted, stored)) return resultOf('unchanged', stored);

  const writeOptions = { ...options, idempotencyKey };
  const { purchaseOrders } = context.client;
  if (wanted.amendment_status === 'proposed') {
    const isFirst = (stored.amendment_status ?? 'none') === 'none';
    const status = isFirst ? 'created' : 'updated';
    if (options.dryRun) return resultOf(status, stored);
    const { proposed_quantity, proposed_quantity_unit, amendment_reason } = wanted;
    const proposal = { proposed_quantity, proposed_quantity_unit, amendment_reason };
    return resultOf(status, await purchaseOrders.proposeChanges(key, proposal, writeOptions));
  }
  assertDecides(wanted, stored);
  if (options.dryRun) return resultOf('updated', stored);
  const decision = {
    approve: wanted.amendment_status === 'approved',
    buyer_notes: wanted.buyer_notes,
  };
  return resultOf('updated', await purchaseOrders.approveChanges(key, decision, writeOptions));
}

/** Which proposal it is about, from what is open, where a patch leaves it out. */
function complete(
  record: RecordPatch<Amendment>,
  stored: CommonPurchaseOrder,
  { mappings }: CommonWriteContext,
): Amendment {
  const { status, proposedQuantity } = mappings.amendment(stored) ?? {};
  // What is still missing, the template refuses.
  return { purchaseOrder: stored.id, status, proposedQuantity, ...record } as Amendment;
}

function isAsWanted(wanted: AmendmentInput, stored: CommonPurchaseOrder): boolean {
  return (
    stored.amendment_status === wanted.amendment_status &&
    isSameQuantity(wanted, stored) &&
    (wanted.amendment_status !== 'proposed' ||
      wanted.amendment_reason === undefined ||
      wanted.amendment_reason === stored.amendment_reason)
  );
}

function isSameQuantity(wanted: AmendmentInput, stored: CommonPurchaseOrder): boolean {
  const { proposed_quantity: proposed } = stored;
  return proposed !== undefined && Decimal.parse(proposed).equals(wanted.proposed_quantity);
}

/** A decision is about one proposal; another one, made meanwhile, is not what was decided about. */
function assertDecides(wanted: AmendmentInput, stored: CommonPurchaseOrder): void {
  if (stored.amendment_status === 'proposed' && isSameQuantity(wanted, stored)) return;
  throw new ConnectorError({
    code: 'ERR_CONFLICT',
    category: 'conflict',
    system: 'common',
    entity: 'amendment',
    key: stored.id,
    message:
      stored.amendment_status === 'proposed'
        ? `Purchase order ${stored.id} has another proposal than the one that was decided about. Read it again and decide anew.`
        : `Purchase order ${stored.id} has no open proposal to decide about.`,
  });
}

function resultOf(
  status: 'created' | 'updated' | 'unchanged',
  order: CommonPurchaseOrder,
): WriteResult {
  return { status, key: order.id, revision: order.updated_at };
}
