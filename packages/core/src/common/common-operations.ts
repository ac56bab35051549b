import { z } from 'zod';
import { operationOf } from '../connector/operation-of.ts';
import { parseInput } from '../connector/parse-input.ts';
import type { CallOptions } from '../contract/call-options.ts';
import type { JsonValue } from '../contract/json.ts';
import type { CommonClient } from './common-client.ts';

const idempotencyKey = z.string().min(1).max(255).optional();

const inviteSupplier = z.strictObject({
  companyName: z.string().min(1),
  email: z.email(),
  /** Our number of the supplier. */
  externalReference: z.string().min(1).optional(),
  idempotencyKey,
});
const sellerConfirm = z.strictObject({ purchaseOrder: z.string().min(1), idempotencyKey });
const nothing = z.strictObject({}).optional();

type Operation = (
  input: unknown,
  client: CommonClient,
  options: CallOptions,
) => Promise<JsonValue | object>;

/** What Common does beyond reading and writing records. */
const operations: Readonly<Record<string, Operation>> = {
  inviteSupplier(input, client, options) {
    const { companyName, email, externalReference, idempotencyKey } = parse(
      'inviteSupplier',
      inviteSupplier,
      input,
    );
    return client.businessRelationships.inviteSupplier(
      { company_name: companyName, email, external_id: externalReference },
      { ...options, idempotencyKey },
    );
  },
  sellerConfirm(input, client, options) {
    const { purchaseOrder, idempotencyKey } = parse('sellerConfirm', sellerConfirm, input);
    return client.purchaseOrders.sellerConfirm(purchaseOrder, { ...options, idempotencyKey });
  },
  syncStatus(input, client, options) {
    parse('syncStatus', nothing, input);
    return client.erpSync.status(options);
  },
  testWebhook(input, client, options) {
    parse('testWebhook', nothing, input);
    return client.erpSync.webhookTest(options);
  },
};

export const commonOperationNames: readonly string[] = Object.keys(operations);

/** @throws ConnectorError `ERR_UNSUPPORTED_OPERATION`, `ERR_VALIDATION` */
export async function callCommon(
  operation: string,
  input: JsonValue | undefined,
  client: CommonClient,
  options: CallOptions,
): Promise<JsonValue> {
  const run = operationOf(operations, { system: 'common', operation });
  return JSON.parse(JSON.stringify(await run(input, client, options))) as JsonValue;
}

const parse = <Schema extends z.ZodType>(operation: string, schema: Schema, input: unknown) =>
  parseInput(schema, input, { system: 'common', operation });
