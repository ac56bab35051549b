import type { WriteContext } from '../odata/behaviour.ts';
import { addDecimals, compareDecimals, subtractDecimals } from '../odata/decimal.ts';
import type { Row } from '../odata/model.ts';
import { messages } from './messages.ts';

const quantityField = 'ScheduleLineOrderQuantity';

export function scheduleLinesOf(item: Row, { store }: Pick<WriteContext, 'store'>): readonly Row[] {
  return store
    .table('purchaseOrderScheduleLine')
    .find(['PurchasingDocument', 'PurchasingDocumentItem'], {
      PurchasingDocument: item.PurchaseOrder!,
      PurchasingDocumentItem: item.PurchaseOrderItem!,
    });
}

/**
 * Brings the schedule lines in step with a new item quantity. One line takes it whole; of several
 * the last takes the difference, and a reduction goes on to the one before when the last is used up.
 */
export function spreadQuantity(item: Row, context: Pick<WriteContext, 'store'>): void {
  const table = context.store.table('purchaseOrderScheduleLine');
  const lines = scheduleLinesOf(item, context);
  const total = totalQuantity(lines);
  let difference = subtractDecimals(String(item.OrderQuantity), total);
  for (const line of [...lines].reverse()) {
    if (compareDecimals(difference, '0') === 0) return;
    const wanted = addDecimals(String(line[quantityField]), difference);
    const quantity = compareDecimals(wanted, '0') < 0 ? '0.000' : wanted;
    difference = subtractDecimals(wanted, quantity);
    table.replace(line, { [quantityField]: quantity, OpenPurchaseOrderQuantity: quantity });
  }
}

export const totalQuantity = (lines: readonly Row[]): string =>
  lines.reduce((sum, line) => addDecimals(sum, String(line[quantityField])), '0.000');

export function reportPastDate(line: Row, context: WriteContext): void {
  const date = String(line.ScheduleLineDeliveryDate);
  if (date < context.today()) context.report(messages.deliveryDateInPast(date));
}
