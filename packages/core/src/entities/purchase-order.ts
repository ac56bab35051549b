import { z } from 'zod';
import { personal } from './personal-data.ts';
import {
  amount,
  currency,
  date,
  decimal,
  instant,
  lineFields,
  quantity,
  recordFields,
  reference,
  unit,
} from './values.ts';

/** Delivery of a part of a line on a date. */
const scheduleLine = z.strictObject({
  scheduleLineNumber: z.string().min(1),
  deliveryDate: date,
  quantity,
});

/** A line of a purchase order. */
export const purchaseOrderLineSchema = z.strictObject({
  ...lineFields,
  product: reference.optional().describe('Key of the product in the same system'),
  description: personal('free-text', z.string()).optional(),
  quantity,
  unit: unit.optional(),
  unitPrice: amount.optional().describe('Net price of `priceQuantity` units'),
  priceQuantity: decimal.optional().describe('How many units the price is for, 1 by default'),
  netAmount: amount.optional(),
  plant: z.string().optional(),
  storageLocation: z.string().optional(),
  deliveryDate: date.optional().describe('First delivery date of the line'),
  deliveryLocation: personal('address', z.string()).optional(),
  scheduleLines: z.array(scheduleLine).optional(),
  taxCode: z.string().optional(),
  isDeleted: z.boolean().optional().describe('Marked for deletion; the line stays visible'),
  isCompletelyDelivered: z.boolean().optional(),
});
export type PurchaseOrderLine = z.infer<typeof purchaseOrderLineSchema>;

/** An order to a supplier. */
export const purchaseOrderSchema = z.strictObject({
  ...recordFields,
  orderNumber: z.string().min(1).optional().describe('Absent when the target assigns it'),
  externalReference: z
    .string()
    .optional()
    .describe('Our reference at the target, found again by `find`'),
  orderType: z.string().optional(),
  companyCode: z.string().optional(),
  purchasingOrganization: z.string().optional(),
  purchasingGroup: z.string().optional(),
  buyer: reference.optional().describe('Key of the buying company'),
  supplier: reference.describe('Key of the supplier in the same system'),
  currency,
  orderDate: date.optional(),
  paymentTerms: z.string().optional(),
  incoterms: z.string().optional(),
  status: z
    .enum(['draft', 'pending', 'confirmed', 'in_transit', 'delivered', 'cancelled', 'declined'])
    .optional(),
  isDeleted: z.boolean().optional(),
  totalAmount: amount.optional(),
  lines: z.array(purchaseOrderLineSchema).min(1),
  createdOn: date.optional(),
  changedAt: instant.optional(),
});
export type PurchaseOrder = z.infer<typeof purchaseOrderSchema>;
