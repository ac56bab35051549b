import type {
  Customer,
  EntityCapabilities,
  Product,
  PurchaseOrder,
  RecordCondition,
  Supplier,
} from '@common/connector-core';
import type { MappingTemplate } from '@common/connector-core/mapping';
import type { EntityType, Expand, ODataVersion } from '@common/connector-odata';
import { businessPartnerType } from './edm/business-partner-edm.ts';
import { productType } from './edm/product-edm.ts';
import { orderV2 } from './edm/purchase-order-v2-edm.ts';
import { orderV4 } from './edm/purchase-order-v4-edm.ts';
import { services } from './sap-services.ts';
import type { SapConfiguration } from './sap-settings.ts';
import { customerTemplate, supplierTemplate } from './templates/business-partner-template.ts';
import { productTemplate } from './templates/product-template.ts';
import {
  purchaseOrderV2Template,
  purchaseOrderV4Template,
} from './templates/purchase-order-template.ts';

/** The entities of the connector. */
export type SapEntities = {
  readonly product: Product;
  readonly customer: Customer;
  readonly supplier: Supplier;
  readonly purchaseOrder: PurchaseOrder;
};

/** How an entity is read: where it lives and what identifies it. */
export interface SapEntity {
  readonly name: keyof SapEntities;
  readonly servicePath: string;
  readonly version: ODataVersion;
  readonly type: EntityType;
  readonly expand: Expand;
  readonly template: MappingTemplate;
  /** The property that a full read is ordered by. */
  readonly orderProperty: string;
  /** The property whose value is the key of the canonical record. */
  readonly keyProperty: string;
  /** What every read is restricted to, by property name. */
  readonly conditions: readonly RecordCondition[];
  /** Canonical field → property. */
  readonly filterable: Readonly<Record<string, string>>;
  /** Where the time of the last change is: one instant, or date and time apart. */
  readonly changeTime: 'instant' | 'date-and-time';
  readonly capabilities: EntityCapabilities;
}

const common = {
  list: true,
  get: true,
  create: true,
  update: true,
  delete: false,
  changes: 'timestamp',
  deletesVisible: false,
  maxPageSize: 5000,
  maxBatchSize: 1,
} as const;

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
        changedAt: 'LastChangeDateTime',
      },
      changeTime: 'instant',
      capabilities: {
        ...common,
        filterable: [
          'productNumber',
          'productType',
          'productGroup',
          'isMarkedForDeletion',
          'changedAt',
        ],
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
        ...common,
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
        ...common,
        filterable: ['supplierNumber', ...Object.keys(partnerFields)],
        findBy: ['supplierNumber', 'externalReference'],
        idempotency: 'none',
      },
    },
    purchaseOrder: purchaseOrder(settings),
  };
}

function purchaseOrder(settings: SapConfiguration): SapEntity {
  const { purchaseOrderApi, companyCodes, referenceField } = settings;
  const fields = {
    orderNumber: 'PurchaseOrder',
    orderType: 'PurchaseOrderType',
    companyCode: 'CompanyCode',
    purchasingOrganization: 'PurchasingOrganization',
    supplier: 'Supplier',
    externalReference: 'CorrespncExternalReference',
    orderDate: 'PurchaseOrderDate',
    changedAt: 'LastChangeDateTime',
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
      ...common,
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
