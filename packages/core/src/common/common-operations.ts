import { z } from 'zod';
import type { CallOptions } from '../contract/call-options.ts';
import type { JsonValue } from '../contract/json.ts';
import { ConnectorError } from '../errors/connector-error.ts';
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
  const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (run === undefined) {
    throw new ConnectorError({
      code: 'ERR_UNSUPPORTED_OPERATION',
      category: 'unsupported',
      system: 'common',
      operation,
      message: `The Common connector has no operation "${operation}". It has ${commonOperationNames.join(', ')}.`,
    });
  }
  return JSON.parse(JSON.stringify(await run(input, client, options))) as JsonValue;
}

function parse<Schema extends z.ZodType>(
  operation: string,
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join('.') || 'input';
  throw new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    system: 'common',
    operation,
    path,
    message: `The input of ${operation} cannot be used: ${path}: ${issue?.message ?? 'invalid'}.`,
  });
}
