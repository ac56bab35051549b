import type { MappingTemplate } from '@common/connector-core/mapping';
import { language, quantity, text, unit } from './sap-codecs.ts';

/** A_Product with descriptions and plants ↔ product. */
export const productTemplate: MappingTemplate = {
  id: 'sap.product',
  version: 1,
  vendor: { system: 'sap', entity: 'A_Product' },
  canonical: { entity: 'product' },
  fields: [
    { vendor: 'Product', canonical: 'productNumber', codec: text(40), required: true },
    {
      vendor: 'to_Description',
      canonical: 'descriptions',
      each: [
        { vendor: 'Language', canonical: 'language', codec: language, required: true },
        { vendor: 'ProductDescription', canonical: 'text', codec: text(40) },
      ],
    },
    { vendor: 'ProductType', canonical: 'productType', codec: text(4) },
    { vendor: 'ProductGroup', canonical: 'productGroup', codec: text(9) },
    { vendor: 'BaseUnit', canonical: 'baseUnit', codec: unit },
    { vendor: 'GrossWeight', canonical: 'grossWeight', codec: quantity },
    { vendor: 'NetWeight', canonical: 'netWeight', codec: quantity },
    { vendor: 'WeightUnit', canonical: 'weightUnit', codec: unit },
    { vendor: 'ProductStandardID', canonical: 'gtin', codec: text(18) },
    {
      vendor: 'ProductManufacturerNumber',
      canonical: 'manufacturerPartNumber',
      codec: text(40),
    },
    { vendor: 'CountryOfOrigin', canonical: 'countryOfOrigin', codec: text(3) },
    {
      vendor: 'IsMarkedForDeletion',
      canonical: 'isMarkedForDeletion',
      codec: { kind: 'boolean' },
    },
    {
      vendor: 'to_Plant',
      canonical: 'plants',
      each: [
        { vendor: 'Plant', canonical: 'plant', codec: text(4), required: true },
        {
          vendor: 'IsMarkedForDeletion',
          canonical: 'isMarkedForDeletion',
          codec: { kind: 'boolean' },
        },
        {
          vendor: 'GoodsReceiptDuration',
          canonical: 'goodsReceiptDays',
          codec: { kind: 'decimal', scale: 0 },
        },
        { vendor: 'MinimumLotSizeQuantity', canonical: 'minimumLotSize', codec: quantity },
      ],
    },
    {
      vendor: 'CreationDate',
      canonical: 'createdOn',
      codec: { kind: 'date' },
      direction: 'decode',
    },
    {
      vendor: 'LastChangeDateTime',
      canonical: 'changedAt',
      codec: { kind: 'instant' },
      direction: 'decode',
    },
  ],
  custom: { prefix: 'YY1_' },
};
