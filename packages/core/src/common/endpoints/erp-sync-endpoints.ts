import type { CommonCaller } from '../common-call.ts';
import type { CommonClient } from '../common-client.ts';
import type { CommonPendingUpdateFilter } from '../common-inputs.ts';
import {
  type CommonPendingUpdate,
  commonAcknowledgementSchema,
  commonPendingUpdateSchema,
  commonSyncStatusSchema,
  commonWebhookTestSchema,
} from '../common-wire.ts';
import { listEndpoint } from './list-endpoint.ts';

export function erpSyncEndpoints(caller: CommonCaller): CommonClient['erpSync'] {
  const updates = listEndpoint<CommonPendingUpdateFilter, CommonPendingUpdate>(caller, {
    operation: 'erpSync.pendingUpdates',
    path: '/erp-sync/pending-updates',
    entity: 'pendingUpdate',
    schema: commonPendingUpdateSchema,
    toQuery: ({ type, ...paging }) => ({ ...paging, type: type?.join(',') }),
  });
  return {
    status: (options) =>
      caller.read(
        { operation: 'erpSync.status', method: 'GET', path: '/erp-sync/status', options },
        commonSyncStatusSchema,
      ),
    pendingUpdates: updates.list,
    pendingUpdatePages: updates.pages,
    acknowledge: (updateIds, options) =>
      caller.read(
        {
          operation: 'erpSync.acknowledge',
          method: 'POST',
          path: '/erp-sync/acknowledge',
          body: { update_ids: updateIds },
          idempotent: true,
          options,
        },
        commonAcknowledgementSchema,
      ),
    webhookTest: (options) =>
      caller.read(
        {
          operation: 'erpSync.webhookTest',
          method: 'POST',
          path: '/erp-sync/webhook-test',
          options,
        },
        commonWebhookTestSchema,
      ),
  };
}
