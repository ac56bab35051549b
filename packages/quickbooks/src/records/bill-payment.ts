import { z } from 'zod';
import { currency, decimal, recordFields } from './record-fields.ts';

const { isMarkedForDeletion: _, ...fields } = recordFields;

/** Money sent to a supplier. */
export const billPaymentSchema = z.strictObject({
  ...fields,
  paymentNumber: z.string().min(1).optional(),
  /** Key of the supplier. */
  supplier: z.string().min(1),
  currency,
  amount: decimal,
  paymentDate: z.iso.date(),
  payType: z.enum(['check', 'creditCard']),
  /** Key of the bank or credit card account. */
  account: z.string().optional(),
  /** Which bills it pays; keys of supplier invoices. */
  allocations: z.array(z.strictObject({ invoice: z.string().min(1), amount: decimal })).optional(),
});
export type BillPayment = z.infer<typeof billPaymentSchema>;
