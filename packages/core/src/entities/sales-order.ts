import { z } from 'zod';
import { personal } from './personal-data.ts';
import {
  amount,
  currency,
  date,
  instant,
  lineFields,
  quantity,
  recordFields,
  reference,
  unit,
} from './values.ts';

/** An order of a customer. */
export const salesOrderSchema = z.strictObject({
  ...recordFields,
  orderNumber: z.string().min(1).optional(),
  externalReference: z.string().optional().describe("The customer's order number"),
  orderType: z.string().optional(),
  salesOrganization: z.string().optional(),
  distributionChannel: z.string().optional(),
  division: z.string().optional(),
  customer: reference,
  currency,
  orderDate: date.optional(),
  requestedDeliveryDate: date.optional(),
  status: z
    .enum(['draft', 'open', 'partially_delivered', 'delivered', 'invoiced', 'cancelled'])
    .optional(),
  paymentTerms: z.string().optional(),
  totalAmount: amount.optional(),
  lines: z
    .array(
      z.strictObject({
        ...lineFields,
        product: reference.optional(),
        description: personal('free-text', z.string()).optional(),
        quantity,
        unit: unit.optional(),
        unitPrice: amount.optional(),
        netAmount: amount.optional(),
        plant: z.string().optional(),
        rejectionReason: z.string().optional(),
      }),
    )
    .min(1),
  changedAt: instant.optional(),
});
export type SalesOrder = z.infer<typeof salesOrderSchema>;
