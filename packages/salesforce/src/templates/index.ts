import { contactTemplateFor } from './contact-template.ts';
import { customerTemplateFor } from './customer-template.ts';
import { purchaseOrderTemplateFor } from './purchase-order-template.ts';
import { salesOrderTemplateFor } from './sales-order-template.ts';

export { invoiceTemplate } from './invoice-template.ts';
export { priceTemplate } from './price-template.ts';
export { productTemplate } from './product-template.ts';

const externalIdField = 'ERP_Id__c';

/** Account ↔ customer, as an org with the default settings has it. */
export const customerTemplate = customerTemplateFor({ externalIdField });

/** Contact ↔ contact. */
export const contactTemplate = contactTemplateFor({ externalIdField });

/** Order with OrderItems ↔ salesOrder. */
export const salesOrderTemplate = salesOrderTemplateFor({ lineNumberField: 'OrderItemNumber' });

/** Purchase_Order__c with Purchase_Order_Line__c ↔ purchaseOrder. */
export const purchaseOrderTemplate = purchaseOrderTemplateFor({
  object: 'Purchase_Order__c',
  lineRelationship: 'Lines__r',
  fields: {},
  lineFields: {},
  externalIdField,
});
