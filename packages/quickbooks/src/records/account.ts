import { z } from 'zod';
import { currency, decimal, recordFields } from './record-fields.ts';

/** An account of the chart of accounts. */
export const accountSchema = z.strictObject({
  ...recordFields,
  /** Where the company numbers its accounts. */
  accountNumber: z.string().optional(),
  /** Unique in the company. */
  name: z.string().min(1),
  description: z.string().optional(),
  /** QuickBooks' own, for example `Bank`, `Income`, `Accounts Payable`. */
  accountType: z.string().optional(),
  /** For example `Checking`. */
  accountSubType: z.string().optional(),
  /** `Asset`, `Equity`, `Expense`, `Liability` or `Revenue`; follows from the type. */
  classification: z.string().optional(),
  currency: currency.optional(),
  balance: decimal.optional(),
  /** Key of the account above. */
  parent: z.string().optional(),
});
export type Account = z.infer<typeof accountSchema>;
