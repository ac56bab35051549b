import { defineEntityType } from '@common/connector-odata';

// Names and types: api_purchaseorder_2 (V4) as S/4HANA publishes it.
const quantity = { type: 'Edm.Decimal', precision: 13, scale: 3 } as const;
const server = { creatable: false, updatable: false } as const;

const scheduleLineV4 = defineEntityType({
  name: 'PurchaseOrderScheduleLine',
  key: ['PurchaseOrder', 'PurchaseOrderItem', 'ScheduleLine'],
  properties: {
    PurchaseOrder: 'Edm.String',
    PurchaseOrderItem: 'Edm.String',
    ScheduleLine: 'Edm.String',
    ScheduleLineDeliveryDate: 'Edm.Date',
    ScheduleLineOrderQuantity: quantity,
  },
});

const orderItemV4 = defineEntityType({
  name: 'PurchaseOrderItem',
  key: ['PurchaseOrder', 'PurchaseOrderItem'],
  properties: {
    PurchaseOrder: 'Edm.String',
    PurchaseOrderItem: 'Edm.String',
    PurchasingDocumentDeletionCode: { type: 'Edm.String', ...server },
    OrderQuantity: quantity,
    NetPriceAmount: { type: 'Edm.Decimal', precision: 12, scale: 3 },
    NetPriceQuantity: { type: 'Edm.Decimal', precision: 5, scale: 0 },
    NetAmount: { type: 'Edm.Decimal', precision: 14, scale: 3, ...server },
    DocumentCurrency: { type: 'Edm.String', ...server },
    IsCompletelyDelivered: 'Edm.Boolean',
  },
  navigations: { _PurchaseOrderScheduleLineTP: { type: scheduleLineV4, many: true } },
});

export const orderV4 = defineEntityType({
  name: 'PurchaseOrder',
  key: ['PurchaseOrder'],
  properties: {
    PurchaseOrder: 'Edm.String',
    PurchaseOrderDeletionCode: { type: 'Edm.String', ...server },
    PurchaseOrderDate: 'Edm.Date',
    CreationDate: { type: 'Edm.Date', ...server },
    LastChangeDateTime: { type: 'Edm.DateTimeOffset', ...server },
  },
  navigations: { _PurchaseOrderItem: { type: orderItemV4, many: true } },
});
