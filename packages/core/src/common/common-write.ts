import { writeEach } from '../connector/write-each.ts';
import type { WriteOptions } from '../contract/call-options.ts';
import type { WriteChange, WriteResult } from '../contract/record-write.ts';
import type { Amendment } from '../entities/amendment.ts';
import type { PurchaseOrder } from '../entities/purchase-order.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { type CommonEntities, commonCapabilities } from './common-entities.ts';
import type { CommonWriteContext, Upsert } from './read-for-update.ts';
import { writeAmendment } from './write-amendment.ts';
import { writePurchaseOrder } from './write-purchase-order.ts';

/**
 * Writes records one by one, some at a time; those with the same key one after the other, as they
 * were given.
 *
 * @throws ConnectorError when the credentials or settings fail every record in the same way
 */
export async function writeCommon(
  entity: keyof CommonEntities,
  changes: readonly WriteChange<CommonEntities[keyof CommonEntities]>[],
  context: CommonWriteContext,
  options: WriteOptions,
): Promise<readonly WriteResult[]> {
  if (changes.length === 0) return [];
  const inTurn = createTurns();
  const results = await writeEach(
    changes,
    (change) => {
      assertSupported(entity, change);
      if (entity === 'amendment') {
        const upsert = change as Upsert<Amendment>;
        const key = upsert.key ?? upsert.record.purchaseOrder;
        return inTurn(key, () => writeAmendment({ ...upsert, key }, context, options));
      }
      const upsert = change as Upsert<PurchaseOrder>;
      return inTurn(upsert.key, () => writePurchaseOrder(upsert, context, options));
    },
    { signal: options.signal },
  );
  const shared = sharedFailure(results);
  if (shared !== undefined) throw shared;
  return results;
}

/** Lets works of one key run one after the other. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return <T>(key: string | undefined, work: () => Promise<T>): Promise<T> => {
    if (key === undefined) return work();
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, turn);
    return turn;
  };
}

/** When nothing could be written for want of a usable connection, that is one failure, not many. */
function sharedFailure(results: readonly WriteResult[]): unknown {
  const errors = results.map((result) => (result.status === 'failed' ? result.error : undefined));
  const isConnection = (error: unknown) =>
    ConnectorError.isInstance(error) &&
    (error.category === 'authentication' || error.category === 'configuration');
  return errors.every(isConnection) ? errors[0] : undefined;
}

function assertSupported(entity: keyof CommonEntities, change: WriteChange): void {
  const { create } = commonCapabilities[entity];
  if (create && change.op === 'upsert') return;
  throw new ConnectorError({
    code: 'ERR_UNSUPPORTED_OPERATION',
    category: 'unsupported',
    system: 'common',
    entity,
    message: create
      ? `Common deletes nothing. To end a purchase order, write it with status "cancelled".`
      : `Common lets nobody write ${entity}. A supplier is invited with call('inviteSupplier').`,
  });
}
