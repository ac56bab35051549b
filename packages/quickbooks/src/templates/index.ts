export { companyTemplate } from './company-template.ts';
export { accountTemplate, journalEntryTemplate, taxTemplate } from './ledger-templates.ts';
export { customerTemplate, supplierTemplate } from './partner-templates.ts';
export { billPaymentTemplate, paymentTemplate } from './payment-templates.ts';
export { productTemplate } from './product-template.ts';
export {
  purchaseOrderTemplate,
  supplierInvoiceTemplate,
  vendorCreditTemplate,
} from './purchase-templates.ts';
export {
  creditMemoTemplate,
  estimateTemplate,
  invoiceTemplate,
  salesReceiptTemplate,
} from './sales-templates.ts';
