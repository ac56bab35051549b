import type { Service } from '../odata/model.ts';
import { businessPartnerService } from './business-partner-service.ts';
import { catalogService, catalogV4Service } from './catalog-services.ts';
import { productService } from './product-service.ts';
import { purchaseOrderService } from './purchase-order-service.ts';
import { purchaseOrderV4Service } from './purchase-order-v4-service.ts';
import { salesOrderService } from './sales-order-service.ts';

/** Business services, the ones that a role can be taken from. */
export const businessServices: readonly Service[] = [
  productService,
  businessPartnerService,
  purchaseOrderService,
  purchaseOrderV4Service,
  salesOrderService,
];

export const services: readonly Service[] = [...businessServices, catalogService, catalogV4Service];
