import {
  type CallOptions,
  type PurchaseOrder,
  type RecordPatch,
  type WriteChange,
  writeEach,
} from '@common/connector-core';
import type { CommonConnector } from '@common/connector-core/common';
import { connectorTarget, type SyncTarget } from '@common/connector-sync';

type Change = WriteChange<PurchaseOrder>;
type Write = NonNullable<CommonConnector['write']>;

/**
 * Common as a target of orders, as trading partners want it: a new order is created, another quantity is
 * proposed to the seller instead of written over, everything else is changed, a deletion cancels.
 */
export function proposingTarget(common: CommonConnector): SyncTarget {
  const target = connectorTarget(common, 'purchaseOrder');
  const write = common.write as Write;
  return {
    ...target,
    write: (_entity, changes, options = {}) =>
      writeEach(
        changes as readonly Change[],
        async (change) => {
          const { key } = change;
          const stored = key && (await common.get('purchaseOrder', key, options));
          if (!key || !stored) return first(write('purchaseOrder', [change], options));
          return update(write, { ...change, key }, stored, options);
        },
        { signal: options.signal },
      ),
  };
}

async function update(
  write: Write,
  change: Change & { readonly key: string },
  stored: PurchaseOrder,
  options: CallOptions,
) {
  const { key, idempotencyKey } = change;
  const wanted: RecordPatch<PurchaseOrder> =
    change.op === 'delete' ? { status: 'cancelled' } : change.record;
  const [storedLine] = stored.lines;
  const [line = storedLine] = wanted.lines ?? [];
  const quantity = storedLine?.quantity ?? '0.000';
  // Everything but the quantity, which stays as it is until the seller agrees.
  const record = { ...wanted, lines: [{ ...line!, quantity }] };
  const written = await first(write('purchaseOrder', [{ op: 'upsert', key, record }], options));
  if (written.status === 'failed' || written.status === 'unknown') return written;
  if (change.op === 'delete') return { ...written, status: 'deleted' as const };
  if (!line || line.quantity === quantity) return written;
  const amendment = {
    purchaseOrder: key,
    status: 'proposed' as const,
    proposedQuantity: line.quantity,
    unit: storedLine?.unit,
    reason: 'Changed in the ERP',
  };
  const proposed = await first(
    write('amendment', [{ op: 'upsert', record: amendment, idempotencyKey }], options),
  );
  return proposed.status === 'created' ? { ...proposed, status: 'updated' as const } : proposed;
}

const first = async <Result>(results: Promise<readonly Result[]>) => (await results)[0] as Result;
