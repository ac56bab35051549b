import { z } from 'zod';
import {
  amount,
  currency,
  date,
  instant,
  quantity,
  recordFields,
  reference,
  unit,
} from './values.ts';

const costFields = {
  ...recordFields,
  document: reference.describe('Key of the document that it is derived from'),
  documentLine: z.string().optional(),
  companyCode: z.string().optional(),
  costCenter: z.string().optional(),
  project: z.string().optional(),
  account: z.string().optional(),
  supplier: reference.optional(),
  currency,
  amount,
  quantity: quantity.optional(),
  unit: unit.optional(),
  changedAt: instant.optional(),
};

/** Cost to come: what is ordered and not yet invoiced. Derived, never written. */
export const commitmentSchema = z.strictObject({ expectedOn: date.optional(), ...costFields });
export type Commitment = z.infer<typeof commitmentSchema>;

/** Cost that has been posted. Derived, never written. */
export const actualSchema = z.strictObject({ postedOn: date, ...costFields });
export type Actual = z.infer<typeof actualSchema>;
