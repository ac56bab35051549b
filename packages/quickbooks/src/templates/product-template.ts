import type { MappingTemplate } from '@common/connector-core/mapping';
import { changedAt, inactive, text } from './quickbooks-codecs.ts';

/** Item ↔ product. The name is unique in the company; prices and accounts pass through `custom`. */
export const productTemplate: MappingTemplate = {
  id: 'quickbooks.product',
  version: 1,
  vendor: { system: 'quickbooks', entity: 'Item' },
  canonical: { entity: 'product' },
  fields: [
    { vendor: 'Name', canonical: 'productNumber', codec: text(100), required: true },
    { vendor: 'Description', canonical: 'description', codec: text(4000) },
    { vendor: 'Type', canonical: 'productType', vendorDefault: 'NonInventory' },
    { vendor: 'ManPartNum', canonical: 'manufacturerPartNumber', codec: text(31) },
    { vendor: 'Active', canonical: 'isMarkedForDeletion', codec: inactive },
    changedAt,
  ],
  custom: {
    names: [
      'Sku',
      'UnitPrice',
      'PurchaseCost',
      'PurchaseDesc',
      'Taxable',
      'SalesTaxCodeRef',
      'PurchaseTaxCodeRef',
      'TrackQtyOnHand',
      'QtyOnHand',
      'ReorderPoint',
      'InvStartDate',
      'IncomeAccountRef',
      'ExpenseAccountRef',
      'AssetAccountRef',
      'ParentRef',
      'SubItem',
    ],
  },
};
