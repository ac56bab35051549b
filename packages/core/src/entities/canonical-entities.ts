import { z } from 'zod';
import type { JsonValue } from '../contract/json.ts';
import { type Amendment, amendmentSchema } from './amendment.ts';
import { type BusinessRelationship, businessRelationshipSchema } from './business-relationship.ts';
import { type Company, companySchema } from './company.ts';
import { type Actual, actualSchema, type Commitment, commitmentSchema } from './cost.ts';
import { type Customer, customerSchema } from './customer.ts';
import {
  type Invoice,
  invoiceSchema,
  type SupplierInvoice,
  supplierInvoiceSchema,
} from './invoice.ts';
import { type JournalEntry, journalEntrySchema } from './journal-entry.ts';
import { type Payment, paymentSchema } from './payment.ts';
import { type Product, productSchema } from './product.ts';
import { type PurchaseOrder, purchaseOrderSchema } from './purchase-order.ts';
import { type SalesOrder, salesOrderSchema } from './sales-order.ts';
import { type Supplier, supplierSchema } from './supplier.ts';

/** The canonical entities: name to record type. */
export type CanonicalEntities = {
  readonly company: Company;
  readonly businessRelationship: BusinessRelationship;
  readonly product: Product;
  readonly customer: Customer;
  readonly supplier: Supplier;
  readonly purchaseOrder: PurchaseOrder;
  readonly amendment: Amendment;
  readonly salesOrder: SalesOrder;
  readonly invoice: Invoice;
  readonly supplierInvoice: SupplierInvoice;
  readonly payment: Payment;
  readonly journalEntry: JournalEntry;
  readonly commitment: Commitment;
  readonly actual: Actual;
};

/** The schema of every canonical entity. */
export const entitySchemas = {
  company: companySchema,
  businessRelationship: businessRelationshipSchema,
  product: productSchema,
  customer: customerSchema,
  supplier: supplierSchema,
  purchaseOrder: purchaseOrderSchema,
  amendment: amendmentSchema,
  salesOrder: salesOrderSchema,
  invoice: invoiceSchema,
  supplierInvoice: supplierInvoiceSchema,
  payment: paymentSchema,
  journalEntry: journalEntrySchema,
  commitment: commitmentSchema,
  actual: actualSchema,
} as const satisfies { readonly [E in keyof CanonicalEntities]: z.ZodType<CanonicalEntities[E]> };

/** The JSON Schema (2020-12) of a canonical entity. */
export function entityJsonSchema(entity: keyof CanonicalEntities): Record<string, JsonValue> {
  return z.toJSONSchema(entitySchemas[entity]) as Record<string, JsonValue>;
}
