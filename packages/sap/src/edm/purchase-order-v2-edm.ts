import { defineEntityType } from '@common/connector-odata';

// Names and types: API_PURCHASEORDER_PROCESS_SRV as S/4HANA publishes it.
const quantity = { type: 'Edm.Decimal', precision: 13, scale: 3 } as const;
const date = { type: 'Edm.DateTime', display: 'date' } as const;
const server = { creatable: false, updatable: false } as const;

const scheduleLineV2 = defineEntityType({
  name: 'A_PurchaseOrderScheduleLine',
  key: ['PurchasingDocument', 'PurchasingDocumentItem', 'ScheduleLine'],
  properties: {
    PurchasingDocument: 'Edm.String',
    PurchasingDocumentItem: 'Edm.String',
    ScheduleLine: 'Edm.String',
    ScheduleLineDeliveryDate: date,
    ScheduleLineOrderQuantity: quantity,
    PurchaseOrderQuantityUnit: { type: 'Edm.String', ...server },
  },
});

const orderItemV2 = defineEntityType({
  name: 'A_PurchaseOrderItem',
  key: ['PurchaseOrder', 'PurchaseOrderItem'],
  properties: {
    PurchaseOrder: 'Edm.String',
    PurchaseOrderItem: 'Edm.String',
    PurchasingDocumentDeletionCode: { type: 'Edm.String', ...server },
    OrderQuantity: quantity,
    NetPriceAmount: { type: 'Edm.Decimal', precision: 12, scale: 3 },
    NetPriceQuantity: { type: 'Edm.Decimal', precision: 5, scale: 0 },
    DocumentCurrency: { type: 'Edm.String', ...server },
    IsCompletelyDelivered: 'Edm.Boolean',
  },
  navigations: { to_ScheduleLine: { type: scheduleLineV2, many: true } },
});

export const orderV2 = defineEntityType({
  name: 'A_PurchaseOrder',
  key: ['PurchaseOrder'],
  properties: {
    PurchaseOrder: 'Edm.String',
    PurchasingDocumentDeletionCode: { type: 'Edm.String', ...server },
    PurchaseOrderDate: date,
    CreationDate: { ...date, ...server },
    LastChangeDateTime: { type: 'Edm.DateTimeOffset', ...server },
  },
  navigations: { to_PurchaseOrderItem: { type: orderItemV2, many: true } },
});
