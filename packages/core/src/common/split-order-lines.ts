import type { Rounding } from '../decimal/rounding.ts';
import type { PurchaseOrder } from '../entities/purchase-order.ts';
import { formatOrderPartNumber } from './order-part-number.ts';
import { invalidOrder, partStatus, toPartLine } from './to-order-part.ts';

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
  const { source, orderNumber = '', buyer, supplier, currency, changedAt } = order;
  const seen = new Set<string>();
  return order.lines.map((line, index) => {
    const { lineNumber } = line;
    const path = `lines[${index}]`;
    if (seen.has(lineNumber)) {
      throw invalidOrder(
        `${path}.lineNumber`,
        `Line number ${lineNumber} occurs twice in the order.`,
      );
    }
    seen.add(lineNumber);
    const status = partStatus(order, line);
    return {
      ...(source !== undefined && { source: { ...source, key: `${source.key}/${lineNumber}` } }),
      orderNumber: formatOrderPartNumber({ orderNumber, lineNumber }),
      ...(buyer !== undefined && { buyer }),
      supplier,
      currency,
      ...(status !== undefined && { status }),
      lines: [toPartLine(line, path, options.priceRounding ?? 'exact')],
      ...(changedAt !== undefined && { changedAt }),
    };
  });
}
