import { type ReconcileReport, reconcile } from '@common/connector-sync';
import type { Flows, OrderFlows } from './flows.ts';
import { comparedOrderFields, orderLinks, ordersToCommon } from './order-mappings.ts';

/** Every product of SAP against the table. */
export function reconcileCatalogue(flows: Flows, signal: AbortSignal): Promise<ReconcileReport> {
  return reconcile({
    left: { from: flows.erp, entity: 'product' },
    right: { from: flows.catalogueTable, entity: 'product' },
    signal,
  });
}

/** Every order line of SAP against every order of Common. */
export function reconcileOrders(
  flows: Flows,
  orders: OrderFlows,
  signal: AbortSignal,
): Promise<ReconcileReport> {
  return reconcile({
    left: {
      from: flows.erp,
      entity: 'purchaseOrder',
      mapping: ordersToCommon(orders.translation),
    },
    right: { from: flows.hub, entity: 'purchaseOrder' },
    link: { store: flows.store, space: orderLinks },
    // The status is each side's own.
    compare: comparedOrderFields.filter((field) => field !== 'status'),
    signal,
  });
}
