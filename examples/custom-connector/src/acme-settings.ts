import { z } from 'zod';

/** Settings of a connection. Strict: a misspelt one is refused, and named. */
export const acmeSettingsSchema = z.strictObject({
  baseUrl: z.url().describe('For example https://erp.acme.example'),
  pageSize: z.int().min(1).max(200).default(100).describe('Most records in one page'),
});

export type AcmeSettings = z.input<typeof acmeSettingsSchema>;
