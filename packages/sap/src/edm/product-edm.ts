import { defineEntityType } from '@common/connector-odata';

// Names and types: API_PRODUCT_SRV as S/4HANA publishes it. Strings need no declaration.
const serverDate = {
  type: 'Edm.DateTime',
  display: 'date',
  creatable: false,
  updatable: false,
} as const;
const serverText = { type: 'Edm.String', creatable: false, updatable: false } as const;
const weight = { type: 'Edm.Decimal', precision: 13, scale: 3 } as const;

const productDescription = defineEntityType({
  name: 'A_ProductDescription',
  key: ['Product', 'Language'],
  properties: { Product: 'Edm.String', Language: 'Edm.String', ProductDescription: 'Edm.String' },
});

const productPlant = defineEntityType({
  name: 'A_ProductPlant',
  key: ['Product', 'Plant'],
  properties: {
    Product: 'Edm.String',
    Plant: 'Edm.String',
    GoodsReceiptDuration: { type: 'Edm.Decimal', precision: 3, scale: 0 },
    MinimumLotSizeQuantity: weight,
    IsMarkedForDeletion: 'Edm.Boolean',
  },
});

export const productType = defineEntityType({
  name: 'A_Product',
  key: ['Product'],
  properties: {
    Product: 'Edm.String',
    CreationDate: serverDate,
    CreatedByUser: serverText,
    LastChangeDate: serverDate,
    LastChangedByUser: serverText,
    LastChangeDateTime: { type: 'Edm.DateTimeOffset', creatable: false, updatable: false },
    IsMarkedForDeletion: 'Edm.Boolean',
    GrossWeight: weight,
    NetWeight: weight,
  },
  navigations: {
    to_Description: { type: productDescription, many: true },
    to_Plant: { type: productPlant, many: true },
  },
});
