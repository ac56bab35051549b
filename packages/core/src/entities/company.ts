import { z } from 'zod';
import { personal } from './personal-data.ts';
import { address, country, currency, instant, recordFields } from './values.ts';

/** A legal entity: our own company codes, or a trading partner on the hub. */
export const companySchema = z.strictObject({
  ...recordFields,
  companyNumber: z
    .string()
    .min(1)
    .optional()
    .describe('Number in its system, for example a company code'),
  name: personal('name', z.string().min(1)),
  role: z.enum(['buyer', 'seller', 'both']).optional(),
  externalReference: z.string().optional().describe("The company's number in the partner's ERP"),
  country: country.optional(),
  currency: currency.optional().describe('Currency of its books'),
  vatNumber: personal('tax-number', z.string()).optional(),
  address: address.optional(),
  changedAt: instant.optional(),
});
export type Company = z.infer<typeof companySchema>;
