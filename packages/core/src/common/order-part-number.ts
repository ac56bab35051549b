import { invalidOrder } from './to-order-part.ts';

/** One line of an order, as a number of its own. */
export interface OrderPart {
  readonly orderNumber: string;
  /** Digits only. */
  readonly lineNumber: string;
}

/**
 * The Common `po_number` of an order line: `<orderNumber>-<lineNumber>`, for example `4500000001-10`.
 *
 * The order number may hold any characters, `-` too: the line number is what follows the last `-`,
 * and holds digits only, so that every part number can be taken apart again.
 *
 * @throws ConnectorError `ERR_VALIDATION` for an empty order number or a line number with anything
 *   but digits
 */
export function formatOrderPartNumber(part: OrderPart): string {
  if (part.orderNumber === '') {
    throw invalidOrder(
      'orderNumber',
      'An order needs a number before its lines can become orders on Common.',
    );
  }
  if (!/^\d+$/.test(part.lineNumber)) {
    throw invalidOrder(
      'lineNumber',
      'The line number of an order that goes to Common must hold digits only, for example 10: it becomes the end of the po_number.',
    );
  }
  return `${part.orderNumber}-${part.lineNumber}`;
}

/**
 * Takes a part number apart; `undefined` for a number that cannot be one. An order that was born on
 * Common may have a number of the same form by chance (`PO-2026`): whether an order is a part is told
 * by the identity map, not by its number.
 */
export function parseOrderPartNumber(poNumber: string): OrderPart | undefined {
  const match = /^(.+)-(\d+)$/s.exec(poNumber);
  return match === null
    ? undefined
    : { orderNumber: match[1] as string, lineNumber: match[2] as string };
}
