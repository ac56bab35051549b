import { z } from 'zod';
import { personal } from './personal-data.ts';
import { amount, currency, date, instant, lineFields, recordFields, reference } from './values.ts';

/** A posting in the general ledger. The lines of an entry sum up to zero. */
export const journalEntrySchema = z.strictObject({
  ...recordFields,
  entryNumber: z.string().min(1).optional(),
  externalReference: z.string().optional(),
  companyCode: z.string().optional(),
  fiscalYear: z.string().optional(),
  documentType: z.string().optional(),
  documentDate: date.optional(),
  postingDate: date,
  currency,
  headerText: personal('free-text', z.string()).optional(),
  isReversed: z.boolean().optional(),
  lines: z
    .array(
      z.strictObject({
        ...lineFields,
        account: z.string().min(1),
        amount: amount.describe('Debit positive, credit negative'),
        text: personal('free-text', z.string()).optional(),
        costCenter: z.string().optional(),
        profitCenter: z.string().optional(),
        partner: reference.optional(),
        taxCode: z.string().optional(),
      }),
    )
    .min(2),
  changedAt: instant.optional(),
});
export type JournalEntry = z.infer<typeof journalEntrySchema>;
