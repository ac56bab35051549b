import { orderV2 } from './edm/purchase-order-v2-edm.ts';
import { orderV4 } from './edm/purchase-order-v4-edm.ts';
import { type SapEntity, sharedCapabilities } from './sap-entity.ts';
import { services } from './sap-services.ts';
import type { SapConfiguration } from './sap-settings.ts';
import {
  purchaseOrderV2Template,
  purchaseOrderV4Template,
} from './templates/purchase-order-template.ts';

/** Orders over the service that the settings name. To delete one is to mark its items: they stay visible. */
export function purchaseOrderEntity(settings: SapConfiguration): SapEntity {
  const { purchaseOrderApi, companyCodes, referenceField } = settings;
  const fields = {
    orderNumber: 'PurchaseOrder',
    orderType: 'PurchaseOrderType',
    companyCode: 'CompanyCode',
    purchasingOrganization: 'PurchasingOrganization',
    supplier: 'Supplier',
    externalReference: 'CorrespncExternalReference',
    orderDate: 'PurchaseOrderDate',
  };
  const references = referenceField === 'none' ? {} : { idempotencyKey: referenceField };
  const shared = {
    name: 'purchaseOrder',
    orderProperty: 'PurchaseOrder',
    keyProperty: 'PurchaseOrder',
    conditions: companyCodes
      ? [{ field: 'CompanyCode', operator: 'in' as const, value: companyCodes }]
      : [],
    filterable: { ...fields, ...references },
    changeTime: 'instant',
    capabilities: {
      ...sharedCapabilities,
      delete: true,
      filterable: Object.keys(fields),
      findBy: ['orderNumber', 'externalReference', ...Object.keys(references)],
      idempotency: referenceField === 'none' ? 'none' : 'external-reference',
    },
  } as const;
  return purchaseOrderApi === 'v4'
    ? {
        ...shared,
        servicePath: services.purchaseOrderV4,
        version: 'v4',
        type: orderV4,
        expand: { _PurchaseOrderItem: { expand: ['_PurchaseOrderScheduleLineTP'] } },
        template: purchaseOrderV4Template,
      }
    : {
        ...shared,
        servicePath: services.purchaseOrderV2,
        version: 'v2',
        type: orderV2,
        expand: ['to_PurchaseOrderItem/to_ScheduleLine'],
        template: purchaseOrderV2Template,
      };
}
