import type { Customer, Product, PurchaseOrder, Supplier } from '@common/connector-core';
import { businessPartnerType } from './edm/business-partner-edm.ts';
import { productType } from './edm/product-edm.ts';
import { purchaseOrderEntity } from './purchase-order-entity.ts';
import { type SapEntity, sharedCapabilities } from './sap-entity.ts';
import { services } from './sap-services.ts';
import type { SapConfiguration } from './sap-settings.ts';
import { customerTemplate, supplierTemplate } from './templates/business-partner-template.ts';
import { productTemplate } from './templates/product-template.ts';

/** The entities of the connector. */
export type SapEntities = {
  readonly product: Product;
  readonly customer: Customer;
  readonly supplier: Supplier;
  readonly purchaseOrder: PurchaseOrder;
};

const partner = {
  servicePath: services.businessPartner,
  version: 'v2',
  type: businessPartnerType,
  orderProperty: 'BusinessPartner',
  changeTime: 'date-and-time',
} as const;

const partnerFields = {
  name: 'BusinessPartnerName',
  isBlocked: 'BusinessPartnerIsBlocked',
  externalReference: 'BusinessPartnerIDByExtSystem',
};

/** The entities as this connection reads them. */
export function sapEntities(settings: SapConfiguration): {
  readonly [Name in keyof SapEntities]: SapEntity;
} {
  return {
    product: {
      name: 'product',
      servicePath: services.product,
      version: 'v2',
      type: productType,
      expand: ['to_Description', 'to_Plant'],
      template: productTemplate,
      conditions: [],
      orderProperty: 'Product',
      keyProperty: 'Product',
      filterable: {
        productNumber: 'Product',
        productType: 'ProductType',
        productGroup: 'ProductGroup',
        isMarkedForDeletion: 'IsMarkedForDeletion',
      },
      changeTime: 'instant',
      capabilities: {
        ...sharedCapabilities,
        filterable: ['productNumber', 'productType', 'productGroup', 'isMarkedForDeletion'],
        findBy: ['productNumber'],
        // The number is the writer's to choose: a repeated create finds the product already there.
        upsertBy: 'productNumber',
        idempotency: 'native',
      },
    },
    customer: {
      ...partner,
      name: 'customer',
      expand: ['to_BusinessPartnerAddress/to_EmailAddress', 'to_Customer/to_CustomerCompany'],
      template: customerTemplate,
      keyProperty: 'Customer',
      conditions: [{ field: 'Customer', operator: 'ne', value: '' }],
      filterable: { customerNumber: 'Customer', ...partnerFields },
      capabilities: {
        ...sharedCapabilities,
        filterable: ['customerNumber', ...Object.keys(partnerFields)],
        findBy: ['customerNumber', 'externalReference'],
        idempotency: 'none',
      },
    },
    supplier: {
      ...partner,
      name: 'supplier',
      expand: ['to_BusinessPartnerAddress/to_EmailAddress', 'to_Supplier/to_SupplierCompany'],
      template: supplierTemplate,
      keyProperty: 'Supplier',
      conditions: [{ field: 'Supplier', operator: 'ne', value: '' }],
      filterable: { supplierNumber: 'Supplier', ...partnerFields },
      capabilities: {
        ...sharedCapabilities,
        filterable: ['supplierNumber', ...Object.keys(partnerFields)],
        findBy: ['supplierNumber', 'externalReference'],
        idempotency: 'none',
      },
    },
    purchaseOrder: purchaseOrderEntity(settings),
  };
}
