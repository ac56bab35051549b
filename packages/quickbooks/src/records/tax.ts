import { z } from 'zod';
import { recordFields } from './record-fields.ts';

const rates = z.array(z.strictObject({ rate: z.string().min(1) })).optional();

/** A tax code. QuickBooks keeps them itself, so they are read only. */
export const taxSchema = z.strictObject({
  ...recordFields,
  name: z.string().min(1),
  description: z.string().optional(),
  isTaxable: z.boolean().optional(),
  /** Whether it stands for several rates. */
  isGroup: z.boolean().optional(),
  /** Keys of the rates that are taken when something is sold. */
  salesRates: rates,
  purchaseRates: rates,
});
export type Tax = z.infer<typeof taxSchema>;
