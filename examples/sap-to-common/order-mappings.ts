import { type Amendment, ConnectorError, type PurchaseOrder } from '@common/connector-core';
import { splitOrderLines } from '@common/connector-core/common';
import type { LinkedUpdatesOptions, MappedRecord, Mapping } from '@common/connector-sync';

/** The identity map of order lines: SAP's `4500000001/10` on the left, Common's order id on the right. */
export const orderLinks = 'sap-common-orders';

/** What makes an order line and a Common order equal. */
export const comparedOrderFields = [
  'supplier',
  'currency',
  'status',
  'lines.product',
  'lines.quantity',
  'lines.unitPrice',
  'lines.deliveryDate',
];

/** Keys of one system in the words of the other. */
export interface Translation {
  productId(productNumber: string): string;
  productNumber(productId: string): string | undefined;
  companyId(supplierNumber: string): string | undefined;
  supplierNumber(companyId: string): string | undefined;
}

const keyOf = (order: PurchaseOrder) => order.source?.key ?? '';
const isOver = (order: PurchaseOrder) =>
  order.status === 'cancelled' || order.status === 'declined';

/** One SAP order becomes one Common order per line. */
export function ordersToCommon(translation: Translation): Mapping<PurchaseOrder, PurchaseOrder> {
  return {
    prepare: (orders, context) =>
      context.links(orderLinks).load({
        left: orders.flatMap((order) =>
          order.lines.map(({ lineNumber }) => `${keyOf(order)}/${lineNumber}`),
        ),
      }),

    map: (order, context) =>
      splitOrderLines(order).map((part): MappedRecord<PurchaseOrder> => {
        const isNew = context.links(orderLinks).right(keyOf(part)) === undefined;
        const [line] = part.lines;
        return {
          key: keyOf(part),
          part,
          delete: part.status === 'cancelled',
          record: {
            ...part,
            supplier: known(translation.companyId(part.supplier), 'supplier', part.supplier),
            // Later number and status are Common's own: an order may be born there, a seller confirms.
            orderNumber: isNew ? part.orderNumber : undefined,
            status: part.status ?? (isNew ? 'pending' : undefined),
            lines: [{ ...line!, product: line?.product && translation.productId(line.product) }],
          },
        };
      }),
  };
}

/** What SAP wants of a new order and Common does not know. */
export interface OrderDefaults {
  readonly orderType: string;
  readonly companyCode: string;
  readonly purchasingOrganization: string;
  readonly purchasingGroup: string;
  readonly plant: string;
}

/** A Common order becomes an SAP order of one line, or a change of the line that it stands for. */
export function ordersToSap(
  translation: Translation,
  defaults: OrderDefaults,
): Mapping<PurchaseOrder, Partial<PurchaseOrder>> {
  const { plant, ...header } = defaults;
  return {
    prepare: (orders, context) => context.links(orderLinks).load({ right: orders.map(keyOf) }),

    map(order, context) {
      const linked = context.links(orderLinks).left(keyOf(order));
      if (linked === undefined && isOver(order)) return undefined;
      const lineNumber = linked?.slice(linked.lastIndexOf('/') + 1) ?? '10';
      const [line] = order.lines;
      const product = line?.product;
      const number = known(translation.supplierNumber(order.supplier), 'supplier', order.supplier);
      return {
        targetPart: lineNumber,
        record: {
          ...(linked === undefined && { ...header, externalReference: order.orderNumber }),
          supplier: number,
          currency: order.currency,
          ...(isOver(order) && { status: 'cancelled' as const }),
          lines: [
            {
              lineNumber,
              product: product && known(translation.productNumber(product), 'product', product),
              quantity: line?.quantity ?? '0.000',
              unit: line?.unit,
              unitPrice: line?.unitPrice,
              deliveryDate: line?.deliveryDate,
              ...(linked === undefined && { plant }),
              ...(isOver(order) && { isDeleted: true }),
            },
          ],
        },
      };
    },
  };
}

/** An amendment that was approved in Common changes the quantity of the order line that it stands for. */
export const amendmentsToSap = {
  records: { space: orderLinks, side: 'right' },
  fields: ['purchaseOrder', 'status', 'proposedQuantity'],
  keyOf: ({ purchaseOrder }) => purchaseOrder,
  applies: ({ status }) => status === 'approved',

  update({ proposedQuantity }, linked) {
    const [targetKey = '', lineNumber = ''] = linked.split('/');
    return { targetKey, record: { lines: [{ lineNumber, quantity: proposedQuantity }] } };
  },
} satisfies Pick<
  LinkedUpdatesOptions<Amendment, PurchaseOrder>,
  'records' | 'fields' | 'keyOf' | 'applies' | 'update'
>;

function known<Key>(key: Key | undefined, what: string, from: string): Key {
  if (key !== undefined) return key;
  throw new ConnectorError({
    code: 'ERR_MAPPING',
    category: 'mapping',
    message: `The ${what} ${from} has no counterpart on the other side yet. Sync it first, then replay the dead letter.`,
  });
}
