import { ConnectorError, type PurchaseOrder } from '@common/connector-core';
import type { ODataRecord } from '@common/connector-odata';
import type { SapEntity } from '../sap-entity.ts';
import { referenceOf } from '../sap-reference.ts';
import type { SapConfiguration } from '../sap-settings.ts';
import { planDeletion } from '../sap-update-plan.ts';
import type { EntityWriter } from './entity-writer.ts';

/** Creates by deep insert; changes header, items and schedule lines each where it lives. */
export function purchaseOrderWriter(entity: SapEntity, settings: SapConfiguration): EntityWriter {
  const isV4 = entity.version === 'v4';
  const items = isV4 ? '_PurchaseOrderItem' : 'to_PurchaseOrderItem';
  const scheduleLines = isV4 ? '_PurchaseOrderScheduleLineTP' : 'to_ScheduleLine';
  const { referenceField } = settings;
  const itemsOf = (order: ODataRecord) => (order[items] ?? []) as readonly ODataRecord[];
  const schedulesOf = (item: ODataRecord | undefined) =>
    (item?.[scheduleLines] ?? []) as readonly ODataRecord[];

  return {
    prepare(record) {
      const order = record as PurchaseOrder;
      return {
        ...order,
        lines: (order.isDeleted ? [] : (order.lines ?? []))
          .filter(({ isDeleted }) => !isDeleted)
          .map((line) =>
            // One delivery on one date is the order's own schedule line.
            line.deliveryDate && !line.scheduleLines && line.quantity
              ? {
                  ...line,
                  scheduleLines: [
                    {
                      scheduleLineNumber: '1',
                      deliveryDate: line.deliveryDate,
                      quantity: line.quantity,
                    },
                  ],
                }
              : line,
          ),
      };
    },

    toCreate(vendor, { idempotencyKey }) {
      // SAP assigns the number out of its own range.
      const { PurchaseOrder: _assigned, ...data } = vendor;
      if (referenceField === 'none' || idempotencyKey === undefined) return data;
      if (data[referenceField]) {
        throw new ConnectorError({
          code: 'ERR_CONFIGURATION',
          category: 'configuration',
          message: `${referenceField} is set in the record and also holds the idempotency key. Set referenceField to another field, or to "none".`,
          path: 'referenceField',
        });
      }
      return { ...data, [referenceField]: referenceOf(idempotencyKey) };
    },

    toUpdate(vendor, stored, record) {
      const { PurchaseOrder: _number, ...desired } = vendor;
      const lines = byNumber((record as PurchaseOrder).lines ?? [], (line) => line.lineNumber);
      const before = byNumber(itemsOf(stored), (item) => item.PurchaseOrderItem);
      return {
        ...desired,
        [items]: itemsOf(desired).map((item) => {
          const number = Number(item.PurchaseOrderItem);
          const [wanted, ...others] = schedulesOf(item);
          const [first, ...rest] = schedulesOf(before.get(number));
          const isOwn = lines.get(number)?.scheduleLines === undefined;
          if (!wanted || !first || (!isOwn && others.length + rest.length > 0)) return item;
          // Only the date: SAP moves the schedule lines along with the quantity of their item.
          const { ScheduleLine: _line, ScheduleLineOrderQuantity: _quantity, ...date } = wanted;
          return { ...item, [scheduleLines]: [{ ScheduleLine: first.ScheduleLine, ...date }] };
        }),
      };
    },

    deletions(record, stored) {
      const { isDeleted, lines = [] } = record as PurchaseOrder;
      const marked = new Set(
        lines.filter((line) => line.isDeleted).map(({ lineNumber }) => Number(lineNumber)),
      );
      return planDeletion(
        entity.type,
        items,
        itemsOf(stored).filter(
          (item) =>
            item.PurchasingDocumentDeletionCode !== 'L' &&
            (isDeleted || marked.has(Number(item.PurchaseOrderItem))),
        ),
      );
    },
  };
}

/** By position number; leading zeros mean nothing. */
function byNumber<Item>(
  items: readonly Item[],
  numberOf: (item: Item) => unknown,
): ReadonlyMap<number, Item> {
  return new Map(items.map((item) => [Number(numberOf(item)), item]));
}
