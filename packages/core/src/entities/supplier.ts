import { z } from 'zod';
import { businessPartnerFields } from './business-partner.ts';

/** From whom we buy. */
export const supplierSchema = z.strictObject({
  supplierNumber: z.string().min(1).optional(),
  ...businessPartnerFields,
});
export type Supplier = z.infer<typeof supplierSchema>;
