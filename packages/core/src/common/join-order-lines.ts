import type { PurchaseOrder, PurchaseOrderLine } from '../entities/purchase-order.ts';
import { parseOrderPartNumber } from './order-part-number.ts';
import { invalidOrder } from './to-order-part.ts';

type Status = NonNullable<PurchaseOrder['status']>;

interface Part {
  readonly order: PurchaseOrder;
  readonly line: PurchaseOrderLine;
  readonly lineNumber: string;
}

// How far an order has come. An order is as far as the least of its open lines.
const progress = ['draft', 'pending', 'confirmed', 'in_transit'] as const;

/**
 * Puts single-line orders together again: those of one order number, buyer, supplier and currency
 * become one order with its lines in the order of their numbers. The inverse of `splitOrderLines`.
 *
 * A cancelled part is a line with `isDeleted`, a delivered one has `isCompletelyDelivered`. The order
 * has the status of its least advanced open line; without an open line it is `delivered` if one was
 * delivered, else `cancelled`. Its key is what `splitOrderLines` started from, else the order number.
 *
 * Give it the parts of whole orders: a page of a list may hold some lines of an order and not the others.
 *
 * @throws ConnectorError `ERR_VALIDATION` when a record has not one line, its number is no part
 *   number, or two parts have the same number
 */
export function joinOrderLines(parts: readonly PurchaseOrder[]): PurchaseOrder[] {
  const groups = new Map<string, { orderNumber: string; parts: Part[] }>();
  for (const order of parts) {
    const number = parseOrderPartNumber(order.orderNumber ?? '');
    const line = order.lines[0];
    if (number === undefined || line === undefined || order.lines.length !== 1) {
      throw invalidOrder(
        'orderNumber',
        `Order ${order.orderNumber ?? 'without number'} is not a part that splitOrderLines makes: one line, number <order>-<line>.`,
      );
    }
    const { orderNumber, lineNumber } = number;
    const id = JSON.stringify([orderNumber, order.buyer, order.supplier, order.currency]);
    const group = groups.get(id) ?? { orderNumber, parts: [] };
    groups.set(id, group);
    if (group.parts.some((part) => part.lineNumber === lineNumber)) {
      throw invalidOrder('orderNumber', `There are two orders with number ${order.orderNumber}.`);
    }
    group.parts.push({ order, line, lineNumber });
  }
  return [...groups.values()].map((group) => joinGroup(group.orderNumber, group.parts));
}

function joinGroup(orderNumber: string, unsorted: readonly Part[]): PurchaseOrder {
  const parts = unsorted.toSorted((a, b) =>
    a.lineNumber.localeCompare(b.lineNumber, 'en', { numeric: true }),
  );
  const { order } = parts[0] as Part;
  const source = joinSource(orderNumber, parts);
  const status = joinStatus(parts);
  const changedAt = parts
    .flatMap((part) => part.order.changedAt ?? [])
    .toSorted()
    .at(-1);
  return {
    ...(source !== undefined && { source }),
    orderNumber,
    ...(order.buyer !== undefined && { buyer: order.buyer }),
    supplier: order.supplier,
    currency: order.currency,
    ...(status !== undefined && { status }),
    lines: parts.map(({ order: part, line, lineNumber }) => ({
      ...line,
      lineNumber,
      ...(part.status === 'cancelled' && { isDeleted: true }),
      ...(part.status === 'delivered' && { isCompletelyDelivered: true }),
    })),
    ...(changedAt !== undefined && { changedAt }),
  };
}

function joinStatus(parts: readonly Part[]): Status | undefined {
  const statuses = parts.map((part) => part.order.status);
  const open = statuses.filter((status) => status !== 'cancelled' && status !== 'delivered');
  if (open.length > 0) return progress.find((status) => open.includes(status)) ?? open[0];
  return statuses.includes('delivered') ? 'delivered' : 'cancelled';
}

function joinSource(orderNumber: string, parts: readonly Part[]): PurchaseOrder['source'] {
  const source = parts[0]?.order.source;
  if (source === undefined) return undefined;
  const keys = new Set(
    parts.map(({ order, lineNumber }) => {
      const key = order.source?.key ?? '';
      return key.endsWith(`/${lineNumber}`) ? key.slice(0, -lineNumber.length - 1) : orderNumber;
    }),
  );
  const revisions = new Set(parts.flatMap(({ order }) => order.source?.revision ?? []));
  return {
    system: source.system,
    entity: source.entity,
    key: keys.size === 1 ? ([...keys][0] as string) : orderNumber,
    ...(revisions.size > 0 && { revision: [...revisions].join('|') }),
  };
}
