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

/** Fields that invoices to customers and of suppliers share. */
const invoiceFields = {
  ...recordFields,
  invoiceNumber: z.string().min(1).optional(),
  externalReference: z.string().optional().describe("The partner's invoice or order number"),
  companyCode: z.string().optional(),
  currency,
  invoiceDate: date,
  postingDate: date.optional(),
  dueDate: date.optional(),
  paymentTerms: z.string().optional(),
  status: z.enum(['draft', 'open', 'partially_paid', 'paid', 'cancelled']).optional(),
  isCreditMemo: z.boolean().optional(),
  grossAmount: amount,
  taxAmount: amount.optional(),
  openAmount: amount.optional(),
  lines: z
    .array(
      z.strictObject({
        ...lineFields,
        product: reference.optional(),
        description: personal('free-text', z.string()).optional(),
        quantity: quantity.optional(),
        unit: unit.optional(),
        unitPrice: amount.optional(),
        netAmount: amount,
        taxCode: z.string().optional(),
        account: z.string().optional(),
        order: reference.optional().describe('Key of the order'),
        orderLine: z.string().optional(),
      }),
    )
    .optional(),
  changedAt: instant.optional(),
};

/** An invoice to a customer. */
export const invoiceSchema = z.strictObject({ customer: reference, ...invoiceFields });
export type Invoice = z.infer<typeof invoiceSchema>;

/** An invoice of a supplier. */
export const supplierInvoiceSchema = z.strictObject({ supplier: reference, ...invoiceFields });
export type SupplierInvoice = z.infer<typeof supplierInvoiceSchema>;
