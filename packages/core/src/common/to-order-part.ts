import type { RecordPatch } from '../contract/record-write.ts';
import { Decimal } from '../decimal/decimal.ts';
import type { Rounding } from '../decimal/rounding.ts';
import type { PurchaseOrder, PurchaseOrderLine } from '../entities/purchase-order.ts';
import { ConnectorError } from '../errors/connector-error.ts';

/** The number of the only line of an order on Common. */
export const commonLineNumber = '1';

/**
 * A single-line order in the form that Common holds: price for one unit, a deleted or delivered line
 * as the status of the order.
 *
 * @throws ConnectorError `ERR_VALIDATION` when the order has another number of lines, or its line is
 *   not number `1`: such an order goes through `splitOrderLines` first
 */
export function toOrderPart(order: PurchaseOrder): PurchaseOrder {
  const [line] = order.lines;
  if (line === undefined || order.lines.length > 1 || line.lineNumber !== commonLineNumber) {
    throw invalidOrder(
      'lines',
      `An order on Common has one line, with number ${commonLineNumber}; this one has ${order.lines.length}, beginning with ${line?.lineNumber ?? 'none'}. Make orders of its lines with splitOrderLines first.`,
    );
  }
  const { isDeleted: _deleted, ...rest } = order;
  const status = partStatus(order, line);
  return {
    ...rest,
    ...(status !== undefined && { status }),
    lines: [toPartLine(line, 'lines[0]', 'exact')],
  };
}

/** The same of an update with only what changes. */
export function toOrderPartPatch(order: RecordPatch<PurchaseOrder>): RecordPatch<PurchaseOrder> {
  // The cast leaves the nulls where they are: only lines and states of deletion are looked at.
  if (order.lines !== undefined) {
    return toOrderPart(order as PurchaseOrder);
  }
  const { isDeleted, ...rest } = order;
  return isDeleted === true ? { ...rest, status: 'cancelled' } : rest;
}

/** What Common carries of a line, under its number on Common. */
export function toPartLine(
  line: PurchaseOrderLine,
  path: string,
  rounding: Rounding,
): PurchaseOrderLine {
  const unitPrice = pricePerUnit(line, `${path}.unitPrice`, rounding);
  const deliveryDate = line.deliveryDate ?? firstDeliveryDate(line);
  return {
    lineNumber: commonLineNumber,
    ...(line.product !== undefined && { product: line.product }),
    quantity: line.quantity,
    ...(line.unit !== undefined && { unit: line.unit }),
    ...(unitPrice !== undefined && { unitPrice }),
    ...(deliveryDate !== undefined && { deliveryDate }),
    ...(line.deliveryLocation !== undefined && { deliveryLocation: line.deliveryLocation }),
  };
}

/** The status of the order that a line becomes. */
export function partStatus(order: PurchaseOrder, line: PurchaseOrderLine): PurchaseOrder['status'] {
  if (order.isDeleted || line.isDeleted) return 'cancelled';
  if (line.isCompletelyDelivered && order.status !== 'cancelled') return 'delivered';
  return order.status;
}

function pricePerUnit(line: PurchaseOrderLine, path: string, rounding: Rounding) {
  if (line.unitPrice === undefined) return undefined;
  try {
    return Decimal.parse(line.unitPrice)
      .divide(line.priceQuantity ?? '1', { scale: 2, rounding })
      .toFixed(2);
  } catch (cause) {
    throw invalidOrder(
      path,
      'The price for one unit needs more than the 2 places that Common has. Split with { priceRounding } if it may be rounded.',
      cause,
    );
  }
}

function firstDeliveryDate(line: PurchaseOrderLine): string | undefined {
  return line.scheduleLines?.map((schedule) => schedule.deliveryDate).toSorted()[0];
}

/** `ERR_VALIDATION` of an order that cannot be on Common. */
export function invalidOrder(path: string, message: string, cause?: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    system: 'common',
    entity: 'purchaseOrder',
    path,
    message,
    cause,
  });
}
