import { badInput as bad, type ConnectorError, parseInput as parse } from '@common/connector-core';
import { z } from 'zod';

const key = z.string().regex(/^[\w-]{1,50}$/, 'must be the Id of a record');
const entity = z.string().min(1);
const idempotencyKey = z.string().min(1).max(255).optional();
const date = z.iso.date();

/** What the operations of `call` take. */
export const operationInputs = {
  void: z.strictObject({ entity, key, idempotencyKey }),
  send: z.strictObject({ entity, key, to: z.email().optional(), idempotencyKey }),
  pdf: z.strictObject({ entity, key }),
  report: z.strictObject({
    /** For example `ProfitAndLoss`. */
    name: z.string().regex(/^[A-Za-z]{1,60}$/, 'must be the name of a report'),
    /** For example `start_date`, `accounting_method`. */
    parameters: z.record(z.string().regex(/^[a-z_]{1,60}$/), z.string()).default({}),
  }),
  exchangeRate: z.strictObject({
    currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code'),
    date: date.optional(),
  }),
  upload: z.strictObject({
    fileName: z.string().min(1).max(1000),
    contentType: z
      .string()
      .regex(/^[\w.+-]+\/[\w.+-]+$/, 'must be a media type, as "application/pdf"'),
    /** Base64. */
    content: z.base64(),
    attachTo: z.strictObject({ entity, key }).optional(),
    note: z.string().max(2000).optional(),
    idempotencyKey,
  }),
  query: z.strictObject({
    /** With `:name` where a value goes. */
    statement: z.string().min(1).max(100_000),
    parameters: z.record(z.string(), z.union([z.string(), z.boolean()])).default({}),
  }),
} as const;

/** @throws ConnectorError `ERR_VALIDATION` */
export function parseInput<Name extends keyof typeof operationInputs>(
  operation: Name,
  input: unknown,
): z.output<(typeof operationInputs)[Name]> {
  const schema: z.ZodType = operationInputs[operation];
  const parsed = parse(schema, input ?? {}, { system: 'quickbooks', operation });
  return parsed as z.output<(typeof operationInputs)[Name]>;
}

export const badInput = (operation: string, path: string, why: string): ConnectorError =>
  bad({ system: 'quickbooks', operation, path, why });
