import type { ErpRecord } from '@common/connector-core';
import { z } from 'zod';
import { recordFields } from './record-fields.ts';

const text = z.string();

/** A person at a customer; an entity of this connector, since the canonical ones have none. */
export const contactSchema = z.strictObject({
  ...recordFields,
  customer: text.optional().describe('Key of the customer'),
  salutation: text.optional(),
  firstName: text.optional(),
  lastName: text.min(1),
  title: text.optional(),
  department: text.optional(),
  email: text.optional(),
  phone: text.optional(),
  mobilePhone: text.optional(),
  externalReference: text.optional().describe('Number in another system'),
  address: z
    .strictObject({
      street: text.optional(),
      postalCode: text.optional(),
      city: text.optional(),
      region: text.optional(),
      country: text.optional(),
    })
    .optional(),
});

/** A person at a customer. */
export type Contact = z.infer<typeof contactSchema> & ErpRecord;
