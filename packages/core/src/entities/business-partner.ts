import { z } from 'zod';
import { personal } from './personal-data.ts';
import { address, currency, date, instant, recordFields } from './values.ts';

/** Fields that customers and suppliers share. */
export const businessPartnerFields = {
  ...recordFields,
  name: personal('name', z.string().min(1)),
  name2: personal('name', z.string()).optional(),
  kind: z.enum(['person', 'organization', 'group']).optional(),
  externalReference: z.string().optional().describe('Number in another system'),
  addresses: z.array(address).optional(),
  email: personal('contact', z.string()).optional(),
  phone: personal('contact', z.string()).optional(),
  vatNumber: personal('tax-number', z.string()).optional(),
  currency: currency.optional(),
  paymentTerms: z.string().optional(),
  companyCodes: z
    .array(
      z.strictObject({
        companyCode: z.string().min(1),
        reconciliationAccount: z.string().optional(),
        paymentTerms: z.string().optional(),
      }),
    )
    .optional()
    .describe('In which of our companies the partner is known'),
  isBlocked: z.boolean().optional(),
  isMarkedForDeletion: z.boolean().optional(),
  createdOn: date.optional(),
  changedAt: instant.optional(),
};
