import { z } from 'zod';

/** What the canonical records of the core have too. */
export const recordFields = {
  source: z
    .strictObject({
      system: z.string().min(1),
      entity: z.string().min(1),
      key: z.string().min(1),
      revision: z.string().optional(),
    })
    .optional(),
  custom: z.record(z.string(), z.json()).optional(),
  isMarkedForDeletion: z.boolean().optional(),
  changedAt: z.iso.datetime().optional(),
};

/** Exact decimal in plain notation. */
export const decimal = z
  .string()
  .regex(
    /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/,
    'must be a decimal in plain notation, for example "12.50"',
  );

/** ISO 4217. */
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code, for example "EUR"');
