export { customerTemplate, supplierTemplate } from './business-partner-template.ts';
export { productTemplate } from './product-template.ts';
export { purchaseOrderV2Template, purchaseOrderV4Template } from './purchase-order-template.ts';
