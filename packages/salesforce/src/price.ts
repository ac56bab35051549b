import type { ErpRecord } from '@common/connector-core';
import { z } from 'zod';
import { recordFields } from './record-fields.ts';

const text = z.string();

/** The price of a product in a price book; an entity of this connector. */
export const priceSchema = z.strictObject({
  ...recordFields,
  priceBook: text.optional().describe('Key of the Pricebook2; absent: the standard price book'),
  product: text.describe('Key of the product'),
  currency: text.optional().describe('ISO 4217'),
  unitPrice: text.describe('Exact decimal with at least 2 places'),
  isActive: z.boolean().optional(),
  usesStandardPrice: z.boolean().optional(),
});

/** The price of a product in a price book. */
export type Price = z.infer<typeof priceSchema> & ErpRecord;
