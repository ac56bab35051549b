export { type Amendment, amendmentSchema } from './amendment.ts';
export { type BusinessRelationship, businessRelationshipSchema } from './business-relationship.ts';
export { type CanonicalEntities, entityJsonSchema, entitySchemas } from './canonical-entities.ts';
export { type Company, companySchema } from './company.ts';
export { type Actual, actualSchema, type Commitment, commitmentSchema } from './cost.ts';
export { type Customer, customerSchema } from './customer.ts';
export {
  type Invoice,
  invoiceSchema,
  type SupplierInvoice,
  supplierInvoiceSchema,
} from './invoice.ts';
export { type JournalEntry, journalEntrySchema } from './journal-entry.ts';
export { type Payment, paymentSchema } from './payment.ts';
export type { PersonalDataClass } from './personal-data.ts';
export { type Product, productSchema } from './product.ts';
export {
  type PurchaseOrder,
  type PurchaseOrderLine,
  purchaseOrderLineSchema,
  purchaseOrderSchema,
} from './purchase-order.ts';
export { redactRecord } from './redact-record.ts';
export { type SalesOrder, salesOrderSchema } from './sales-order.ts';
export { type Supplier, supplierSchema } from './supplier.ts';
