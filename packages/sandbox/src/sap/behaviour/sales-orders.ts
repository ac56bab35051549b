import type { Behaviour, Behaviours, WriteContext } from '../odata/behaviour.ts';
import { addDecimals, isPositive } from '../odata/decimal.ts';
import type { Row } from '../odata/model.ts';
import { createChildren, createPlainly } from '../odata/write.ts';
import { createNumberRange, nextPosition } from './number-range.ts';

/** Moves the order's change time, which is its ETag, and adds up its items. */
const settleOrder = (row: Row, context: WriteContext): void => {
  const table = context.store.table('salesOrder');
  const order = table.get(row);
  if (!order) return;
  const total = context.store
    .table('salesOrderItem')
    .find(['SalesOrder'], order)
    .reduce((sum, item) => addDecimals(sum, String(item.NetAmount)), '0.000');
  table.replace(order, {
    TotalNetAmount: total,
    LastChangeDate: context.today(),
    LastChangeDateTime: context.stamp(),
  });
};

/** Sales orders, as far as optimistic locking needs them; prices come from conditions and stay 0. */
export function createSalesOrders(): Behaviours {
  const numbers = createNumberRange(1);
  const salesOrder: Behaviour = {
    create(draft, context) {
      const required = [
        'SalesOrderType',
        'SalesOrganization',
        'DistributionChannel',
        'OrganizationDivision',
        'SoldToParty',
      ];
      for (const field of required) {
        if (draft.values[field]) continue;
        context.report({
          code: 'V1/302',
          message: `Enter ${field}`,
          severity: 'error',
          target: field,
        });
      }
      const customer = draft.values.SoldToParty;
      if (customer && !context.store.table('customer').get({ Customer: customer })) {
        context.report({
          code: 'VP/151',
          message: `Sold-to party ${customer} not maintained`,
          severity: 'error',
          target: 'SoldToParty',
        });
      }
      const order = createPlainly({ ...draft, children: new Map() }, context, {
        SalesOrder: numbers.next(),
        SalesOrderDate: draft.values.SalesOrderDate ?? context.today(),
        RequestedDeliveryDate: draft.values.RequestedDeliveryDate ?? context.today(),
        TransactionCurrency: draft.values.TransactionCurrency || 'EUR',
        CreationDate: context.today(),
        CreatedByUser: context.user,
        LastChangeDateTime: context.stamp(),
        OverallSDProcessStatus: 'A',
      });
      createChildren(draft, order, context);
      return order;
    },
    afterWrite: settleOrder,
  };
  const salesOrderItem: Behaviour = {
    create(draft, context) {
      const table = context.store.table('salesOrderItem');
      const product = context.store.table('product').get({ Product: draft.values.Material ?? '' });
      if (!product) {
        context.report({
          code: 'V1/382',
          message: `Material ${draft.values.Material ?? ''} is not defined for sales`,
          severity: 'error',
          target: 'Material',
        });
      }
      if (!isPositive(String(draft.values.RequestedQuantity ?? '0'))) {
        context.report({
          code: 'V1/384',
          message: 'Enter a quantity',
          severity: 'error',
          target: 'RequestedQuantity',
        });
      }
      const siblings = table.find(['SalesOrder'], draft.values as Row);
      const item = createPlainly({ ...draft, children: new Map() }, context, {
        SalesOrderItem:
          draft.values.SalesOrderItem ||
          nextPosition(
            siblings.map((row) => String(row.SalesOrderItem)),
            10,
          ),
        RequestedQuantityUnit: draft.values.RequestedQuantityUnit || (product?.BaseUnit ?? ''),
        TransactionCurrency:
          context.store.table('salesOrder').get(draft.values as Row)?.TransactionCurrency ?? '',
        SDProcessStatus: 'A',
      });
      createChildren(draft, item, context);
      return item;
    },
    afterWrite: settleOrder,
  };
  return { salesOrder, salesOrderItem, salesOrderScheduleLine: { afterWrite: settleOrder } };
}
