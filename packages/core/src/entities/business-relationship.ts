import { z } from 'zod';
import { personal } from './personal-data.ts';
import { instant, recordFields, reference } from './values.ts';

/** That a buyer and a seller trade with each other. */
export const businessRelationshipSchema = z.strictObject({
  ...recordFields,
  buyer: reference.describe('Key of the buying company'),
  seller: reference.describe('Key of the selling company'),
  status: z.enum(['invited', 'active', 'suspended', 'ended']),
  invitedEmail: personal('contact', z.string()).optional(),
  changedAt: instant.optional(),
});
export type BusinessRelationship = z.infer<typeof businessRelationshipSchema>;
