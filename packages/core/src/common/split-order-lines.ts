import { Decimal } from '../decimal/decimal.ts';
import type { Rounding } from '../decimal/rounding.ts';
import type { PurchaseOrder, PurchaseOrderLine } from '../entities/purchase-order.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { formatOrderPartNumber } from './order-part-number.ts';

/** The line number of the only line of an order on Common. */
export const commonLineNumber = '1';

/** Options of `splitOrderLines`. */
export interface SplitOrderLinesOptions {
  /**
   * Common has prices for one unit with 2 places. What to do with a price that has more, for example
   * 12.34 for 1000 pieces: `exact` fails the order, the others round.
   * @default 'exact'
   */
  readonly priceRounding?: Rounding | undefined;
}

/**
 * Makes one single-line order per line: the form in which Common has orders. `joinOrderLines` is the
 * inverse.
 *
 * - number: `<orderNumber>-<lineNumber>` (`formatOrderPartNumber`), the line itself has number `1`
 * - key: `<source.key>/<lineNumber>`, where the order has a `source`
 * - a line that is marked deleted, and every line of a deleted order, has status `cancelled`; one that
 *   is completely delivered has `delivered`; the others have the status of the order
 * - the price is for one unit; without `deliveryDate` the first schedule line gives it
 *
 * Common cannot carry, so the parts do not have: order date and type, company code, purchasing
 * organization and group, payment terms, Incoterms, external reference, plant, storage location, line
 * description, tax code, schedule lines beyond the first date, amounts (Common computes them) and
 * `custom`. `docs/common-orders.md` has the whole table.
 *
 * @throws ConnectorError `ERR_VALIDATION` with the path when the order has no number, a line number
 *   is not digits or repeats, or a price does not fit
 */
export function splitOrderLines(
  order: PurchaseOrder,
  options: SplitOrderLinesOptions = {},
): PurchaseOrder[] {
  const seen = new Set<string>();
  return order.lines.map((line, index) => {
    if (seen.has(line.lineNumber)) {
      throw invalid(
        `lines[${index}].lineNumber`,
        `Line number ${line.lineNumber} occurs twice in the order.`,
      );
    }
    seen.add(line.lineNumber);
    return splitLine(order, line, index, options.priceRounding ?? 'exact');
  });
}

function splitLine(
  order: PurchaseOrder,
  line: PurchaseOrderLine,
  index: number,
  rounding: Rounding,
): PurchaseOrder {
  const { lineNumber } = line;
  const status = partStatus(order, line);
  const unitPrice = pricePerUnit(line, index, rounding);
  const deliveryDate = line.deliveryDate ?? firstDeliveryDate(line);
  return {
    ...(order.source && {
      source: { ...order.source, key: `${order.source.key}/${lineNumber}` },
    }),
    orderNumber: formatOrderPartNumber({ orderNumber: order.orderNumber ?? '', lineNumber }),
    ...(order.buyer !== undefined && { buyer: order.buyer }),
    supplier: order.supplier,
    currency: order.currency,
    ...(status !== undefined && { status }),
    lines: [
      {
        lineNumber: commonLineNumber,
        ...(line.product !== undefined && { product: line.product }),
        quantity: line.quantity,
        ...(line.unit !== undefined && { unit: line.unit }),
        ...(unitPrice !== undefined && { unitPrice }),
        ...(deliveryDate !== undefined && { deliveryDate }),
        ...(line.deliveryLocation !== undefined && { deliveryLocation: line.deliveryLocation }),
      },
    ],
    ...(order.changedAt !== undefined && { changedAt: order.changedAt }),
  };
}

function partStatus(order: PurchaseOrder, line: PurchaseOrderLine): PurchaseOrder['status'] {
  if (order.isDeleted || line.isDeleted) return 'cancelled';
  if (line.isCompletelyDelivered && order.status !== 'cancelled') return 'delivered';
  return order.status;
}

function pricePerUnit(line: PurchaseOrderLine, index: number, rounding: Rounding) {
  if (line.unitPrice === undefined) return undefined;
  try {
    return Decimal.parse(line.unitPrice)
      .divide(line.priceQuantity ?? '1', { scale: 2, rounding })
      .toFixed(2);
  } catch (cause) {
    throw invalid(
      `lines[${index}].unitPrice`,
      'The price for one unit needs more than the 2 places that Common has. Split with { priceRounding } if it may be rounded.',
      cause,
    );
  }
}

function firstDeliveryDate(line: PurchaseOrderLine): string | undefined {
  return line.scheduleLines?.map((schedule) => schedule.deliveryDate).sort()[0];
}

function invalid(path: string, message: string, cause?: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    system: 'common',
    path,
    message,
    cause,
  });
}
