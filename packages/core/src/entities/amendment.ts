import { z } from 'zod';
import { personal } from './personal-data.ts';
import { instant, quantity, recordFields, reference, unit } from './values.ts';

/** A change of quantity that one side of a purchase order proposes and the other decides. */
export const amendmentSchema = z.strictObject({
  ...recordFields,
  purchaseOrder: reference.describe('Key of the order in the same system'),
  lineNumber: z.string().min(1).optional(),
  status: z.enum(['proposed', 'approved', 'rejected']),
  proposedQuantity: quantity,
  unit: unit.optional(),
  reason: personal('free-text', z.string()).optional(),
  notes: personal('free-text', z.string()).optional().describe("The decider's remarks"),
  changedAt: instant.optional(),
});
export type Amendment = z.infer<typeof amendmentSchema>;
