import type { CommonCall, CommonCaller } from '../common-call.ts';
import { withIdempotencyKey } from '../common-call.ts';
import type { CommonClient, CommonWriteOptions } from '../common-client.ts';
import type { CommonPurchaseOrderFilter } from '../common-inputs.ts';
import { type CommonPurchaseOrder, commonPurchaseOrderSchema } from '../common-wire.ts';
import { listEndpoint } from './list-endpoint.ts';

const path = '/purchase-orders';
const entity = 'purchaseOrder';
const pathOf = (id: string) => `${path}/${encodeURIComponent(id)}`;

export function purchaseOrderEndpoints(caller: CommonCaller): CommonClient['purchaseOrders'] {
  const write = (call: CommonCall, options: CommonWriteOptions | undefined) =>
    caller.read(withIdempotencyKey(call, options), commonPurchaseOrderSchema);
  return {
    ...listEndpoint<CommonPurchaseOrderFilter, CommonPurchaseOrder>(caller, {
      operation: 'purchaseOrders.list',
      path,
      entity,
      schema: commonPurchaseOrderSchema,
    }),
    get: (id, options) =>
      caller.find(
        {
          operation: 'purchaseOrders.get',
          method: 'GET',
          path: pathOf(id),
          entity,
          key: id,
          options,
        },
        commonPurchaseOrderSchema,
      ),
    create: (body, options) =>
      write({ operation: 'purchaseOrders.create', method: 'POST', path, body, entity }, options),
    update: (id, body, options) =>
      write(
        {
          operation: 'purchaseOrders.update',
          method: 'PUT',
          path: pathOf(id),
          body,
          entity,
          key: id,
        },
        options,
      ),
    sellerConfirm: (id, options) =>
      write(
        {
          operation: 'purchaseOrders.sellerConfirm',
          method: 'POST',
          path: `${pathOf(id)}/seller-confirm`,
          entity,
          key: id,
        },
        options,
      ),
    proposeChanges: (id, body, options) =>
      write(
        {
          operation: 'purchaseOrders.proposeChanges',
          method: 'PUT',
          path: `${pathOf(id)}/propose-changes`,
          body,
          entity: 'amendment',
          key: id,
        },
        options,
      ),
    approveChanges: (id, body, options) =>
      write(
        {
          operation: 'purchaseOrders.approveChanges',
          method: 'PUT',
          path: `${pathOf(id)}/approve-changes`,
          body,
          entity: 'amendment',
          key: id,
        },
        options,
      ),
  };
}
