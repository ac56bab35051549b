import { z } from 'zod';
import { personal } from './personal-data.ts';
import { amount, currency, date, instant, recordFields, reference } from './values.ts';

/** Money received from a customer or sent to a supplier. */
export const paymentSchema = z.strictObject({
  ...recordFields,
  paymentNumber: z.string().min(1).optional(),
  externalReference: z.string().optional(),
  direction: z.enum(['incoming', 'outgoing']),
  partner: reference.describe('Key of the customer or supplier'),
  companyCode: z.string().optional(),
  currency,
  amount,
  paymentDate: date,
  method: z.string().optional(),
  account: personal('bank-account', z.string()).optional().describe('Bank or clearing account'),
  allocations: z
    .array(z.strictObject({ invoice: reference, amount }))
    .optional()
    .describe('Which invoices it pays'),
  changedAt: instant.optional(),
});
export type Payment = z.infer<typeof paymentSchema>;
