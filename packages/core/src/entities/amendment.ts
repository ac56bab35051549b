import { z } from 'zod';
import { instant, quantity, recordFields, reference, unit } from './values.ts';

/** A change of quantity that one side of a purchase order proposes and the other decides. */
export const amendmentSchema = z.strictObject({
  ...recordFields,
  purchaseOrder: reference.describe('Key of the order in the same system'),
  lineNumber: z.string().min(1).optional(),
  status: z.enum(['proposed', 'approved', 'rejected']),
  proposedQuantity: quantity,
  unit: unit.optional(),
  reason: z.string().optional(),
  notes: z.string().optional().describe("The decider's remarks"),
  changedAt: instant.optional(),
});
export type Amendment = z.infer<typeof amendmentSchema>;
