import { z } from 'zod';
import { country, date, instant, language, quantity, recordFields, unit } from './values.ts';

/** A material, article or item. */
export const productSchema = z.strictObject({
  ...recordFields,
  productNumber: z.string().min(1),
  description: z.string().optional().describe('In the language of the connection'),
  descriptions: z.array(z.strictObject({ language, text: z.string() })).optional(),
  productType: z.string().optional(),
  productGroup: z.string().optional(),
  baseUnit: unit.optional(),
  grossWeight: quantity.optional(),
  netWeight: quantity.optional(),
  weightUnit: unit.optional(),
  gtin: z.string().optional().describe('GTIN, EAN or UPC'),
  manufacturerPartNumber: z.string().optional(),
  countryOfOrigin: country.optional(),
  isMarkedForDeletion: z.boolean().optional(),
  plants: z
    .array(
      z.strictObject({
        plant: z.string().min(1),
        isMarkedForDeletion: z.boolean().optional(),
        goodsReceiptDays: z.string().optional(),
        minimumLotSize: quantity.optional(),
      }),
    )
    .optional(),
  createdOn: date.optional(),
  changedAt: instant.optional(),
});
export type Product = z.infer<typeof productSchema>;
