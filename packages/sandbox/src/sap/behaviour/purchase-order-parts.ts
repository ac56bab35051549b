import type { Behaviour, WriteContext } from '../odata/behaviour.ts';
import { compareDecimals, isPositive } from '../odata/decimal.ts';
import { businessFault } from '../odata/fault.ts';
import { addDays } from '../odata/instant.ts';
import type { Row } from '../odata/model.ts';
import { createPlainly } from '../odata/write.ts';
import { messages } from './messages.ts';
import { nextPosition } from './number-range.ts';
import { openForChange, touchHeader } from './purchase-order-header.ts';
import { itemAmounts, type PurchasingContext } from './purchase-orders.ts';
import { reportPastDate, scheduleLinesOf, totalQuantity } from './schedule-lines.ts';

function openItem(
  key: { readonly order: string; readonly item: string },
  context: WriteContext,
  purchasing: PurchasingContext,
): Row {
  openForChange(key.order, context, purchasing);
  const item = context.store
    .table('purchaseOrderItem')
    .get({ PurchaseOrder: key.order, PurchaseOrderItem: key.item });
  if (!item) throw businessFault([messages.unknownItem(key.item)]);
  if (item.PurchasingDocumentDeletionCode === 'L') {
    throw businessFault([messages.itemDeleted(key.item)]);
  }
  return item;
}

/** Schedule lines; the item's quantity is always their total. */
export function purchaseOrderScheduleLine(purchasing: PurchasingContext): Behaviour {
  const openItemOf = (line: Row, context: WriteContext): Row =>
    openItem(
      {
        order: String(line.PurchasingDocument ?? ''),
        item: String(line.PurchasingDocumentItem ?? ''),
      },
      context,
      purchasing,
    );

  const settle = (item: Row, context: WriteContext): void => {
    const OrderQuantity = totalQuantity(scheduleLinesOf(item, context));
    if (!isPositive(OrderQuantity)) context.report(messages.quantityNotPositive());
    const isLess = compareDecimals(OrderQuantity, String(item.OrderQuantity)) < 0;
    if (isLess && item.IsCompletelyDelivered === true) {
      context.report(messages.fullyDelivered(String(item.PurchaseOrderItem)));
    }
    const table = context.store.table('purchaseOrderItem');
    table.replace(item, { OrderQuantity, ...itemAmounts({ ...item, OrderQuantity }) });
    touchHeader(String(item.PurchaseOrder), context, purchasing);
  };

  return {
    create(draft, context) {
      const item = openItemOf(draft.values, context);
      const numbers = scheduleLinesOf(item, context).map((line) => String(line.ScheduleLine));
      const given = String(draft.values.ScheduleLine ?? '');
      const line = createPlainly(draft, context, {
        DelivDateCategory: '1',
        ScheduleLine: given === '' ? nextPosition(numbers, 1) : given,
        ScheduleLineDeliveryDate:
          draft.values.ScheduleLineDeliveryDate ??
          addDays(context.today(), purchasing.defaultDeliveryDays),
        PurchaseOrderQuantityUnit: item.PurchaseOrderQuantityUnit!,
        OpenPurchaseOrderQuantity: draft.values.ScheduleLineOrderQuantity ?? '0.000',
        Currency: item.DocumentCurrency!,
      });
      reportPastDate(line, context);
      settle(item, context);
      return line;
    },
    update(row, changes, context) {
      const item = openItemOf(row, context);
      const line = context.store.table('purchaseOrderScheduleLine').replace(row, {
        ...changes,
        OpenPurchaseOrderQuantity:
          changes.ScheduleLineOrderQuantity ?? row.OpenPurchaseOrderQuantity!,
      });
      if (changes.ScheduleLineDeliveryDate !== undefined) reportPastDate(line, context);
      settle(item, context);
      return line;
    },
    remove(row, context) {
      const item = openItemOf(row, context);
      if (scheduleLinesOf(item, context).length === 1) {
        throw businessFault([messages.lastScheduleLine()]);
      }
      context.store.table('purchaseOrderScheduleLine').remove(row);
      settle(item, context);
    },
  };
}

/** Account assignments, numbered from 1 within their item. */
export function purchaseOrderAccountAssignment(purchasing: PurchasingContext): Behaviour {
  const openItemOf = (row: Row, context: WriteContext): Row =>
    openItem(
      { order: String(row.PurchaseOrder ?? ''), item: String(row.PurchaseOrderItem ?? '') },
      context,
      purchasing,
    );
  return {
    create(draft, context) {
      const item = openItemOf(draft.values, context);
      const numbers = context.store
        .table('purchaseOrderAccountAssignment')
        .find(['PurchaseOrder', 'PurchaseOrderItem'], item)
        .map((row) => String(row.AccountAssignmentNumber));
      const given = String(draft.values.AccountAssignmentNumber ?? '');
      return createPlainly(draft, context, {
        AccountAssignmentNumber: given === '' ? nextPosition(numbers, 1) : given,
        PurchaseOrderQuantityUnit: item.PurchaseOrderQuantityUnit!,
        DocumentCurrency: item.DocumentCurrency!,
        Quantity: draft.values.Quantity ?? item.OrderQuantity!,
        PurgDocNetAmount: draft.values.PurgDocNetAmount ?? item.NetAmount!,
      });
    },
    update(row, changes, context) {
      openItemOf(row, context);
      return context.store.table('purchaseOrderAccountAssignment').replace(row, changes);
    },
    remove(row, context) {
      openItemOf(row, context);
      context.store.table('purchaseOrderAccountAssignment').replace(row, { IsDeleted: true });
    },
    afterWrite: (row, context) => touchHeader(String(row.PurchaseOrder), context, purchasing),
  };
}

/** Texts of the header and of items. */
export function purchaseOrderNote(purchasing: PurchasingContext): Behaviour {
  const open = (row: Row, context: WriteContext): Row =>
    openForChange(String(row.PurchaseOrder ?? ''), context, purchasing);
  return {
    create(draft, context) {
      open(draft.values as Row, context);
      return createPlainly(draft, context);
    },
    update(row, changes, context) {
      open(row, context);
      return context.store.table(noteTable(row)).replace(row, changes);
    },
    remove(row, context) {
      open(row, context);
      context.store.table(noteTable(row)).remove(row);
    },
    afterWrite: (row, context) => touchHeader(String(row.PurchaseOrder), context, purchasing),
  };
}

const noteTable = (row: Row): string =>
  'PurchaseOrderItem' in row ? 'purchaseOrderItemNote' : 'purchaseOrderNote';
