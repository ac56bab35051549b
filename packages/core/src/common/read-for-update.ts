import type { CallOptions } from '../contract/call-options.ts';
import type { WriteChange } from '../contract/record-write.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { CommonClient } from './common-client.ts';
import type { CommonMappings } from './common-mapping.ts';
import type { CommonPurchaseOrder } from './common-wire.ts';

/** What writes go through. */
export interface CommonWriteContext {
  readonly client: CommonClient;
  readonly mappings: CommonMappings;
  readonly companyId: string;
}

/** A record to create or to change. */
export type Upsert<Record extends object> = Extract<WriteChange<Record>, { readonly op: 'upsert' }>;

/**
 * Reads the order that is to be changed.
 *
 * @throws ConnectorError `ERR_NOT_FOUND`, or `ERR_CONFLICT` when it has another revision
 */
export async function readForUpdate(
  key: string,
  expectedRevision: string | undefined,
  { client }: CommonWriteContext,
  options: CallOptions,
): Promise<CommonPurchaseOrder> {
  const order = await client.purchaseOrders.get(key, options);
  if (order === undefined) {
    throw new ConnectorError({
      code: 'ERR_NOT_FOUND',
      category: 'not-found',
      system: 'common',
      key,
      message: `Common has no purchase order ${key}, or it belongs to other companies.`,
    });
  }
  if (expectedRevision !== undefined && order.updated_at !== expectedRevision) {
    throw new ConnectorError({
      code: 'ERR_CONFLICT',
      category: 'conflict',
      system: 'common',
      key,
      message: `The purchase order ${key} has changed on Common since it was read. Read it again and decide anew.`,
    });
  }
  return order;
}
