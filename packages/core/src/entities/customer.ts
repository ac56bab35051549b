import { z } from 'zod';
import { businessPartnerFields } from './business-partner.ts';

/** Who buys from us. */
export const customerSchema = z.strictObject({
  customerNumber: z.string().min(1).optional(),
  ...businessPartnerFields,
});
export type Customer = z.infer<typeof customerSchema>;
