export { commonAmendmentTemplate } from './amendment-template.ts';
export { commonBusinessRelationshipTemplate } from './business-relationship-template.ts';
export { commonCompanyTemplate } from './company-template.ts';
export { commonPurchaseOrderTemplate } from './purchase-order-template.ts';
