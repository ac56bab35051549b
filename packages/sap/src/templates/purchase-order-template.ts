import type { FieldMapping, MappingTemplate } from '@common/connector-core/mapping';
import { amount, deletionIndicator, number, price, quantity, text, unit } from './sap-codecs.ts';

/** Where the two services name the same thing differently. */
interface Names {
  readonly version: 'v2' | 'v4';
  readonly set: string;
  readonly items: string;
  readonly scheduleLines: string;
  readonly deletionCode: string;
  /** Item fields that only one service has. */
  readonly itemFields: readonly FieldMapping[];
}

const custom = { prefix: 'YY1_' } as const;

const orderTemplate = (names: Names): MappingTemplate => ({
  id: `sap.purchaseOrder.${names.version}`,
  version: 1,
  vendor: { system: 'sap', entity: names.set },
  canonical: { entity: 'purchaseOrder' },
  fields: [
    { vendor: 'PurchaseOrder', canonical: 'orderNumber', codec: number },
    { vendor: 'CorrespncExternalReference', canonical: 'externalReference', codec: text(12) },
    { vendor: 'PurchaseOrderType', canonical: 'orderType', codec: text(4) },
    { vendor: 'CompanyCode', canonical: 'companyCode', codec: text(4) },
    { vendor: 'PurchasingOrganization', canonical: 'purchasingOrganization', codec: text(4) },
    { vendor: 'PurchasingGroup', canonical: 'purchasingGroup', codec: text(3) },
    { vendor: 'Supplier', canonical: 'supplier', codec: number, required: 'decode' },
    { vendor: 'DocumentCurrency', canonical: 'currency', codec: { kind: 'currency' } },
    { vendor: 'PurchaseOrderDate', canonical: 'orderDate', codec: { kind: 'date' } },
    { vendor: 'PaymentTerms', canonical: 'paymentTerms', codec: text(4) },
    { vendor: 'IncotermsClassification', canonical: 'incoterms', codec: text(3) },
    {
      vendor: names.deletionCode,
      canonical: 'isDeleted',
      codec: deletionIndicator,
      direction: 'decode',
    },
    {
      vendor: names.items,
      canonical: 'lines',
      custom,
      each: [
        { vendor: 'PurchaseOrderItem', canonical: 'lineNumber', codec: number, required: true },
        { vendor: 'Material', canonical: 'product', codec: text(40) },
        { vendor: 'PurchaseOrderItemText', canonical: 'description', codec: text(40) },
        { vendor: 'OrderQuantity', canonical: 'quantity', codec: quantity, required: 'decode' },
        { vendor: 'PurchaseOrderQuantityUnit', canonical: 'unit', codec: unit },
        { vendor: 'NetPriceAmount', canonical: 'unitPrice', codec: price },
        {
          vendor: 'NetPriceQuantity',
          canonical: 'priceQuantity',
          codec: { kind: 'decimal', scale: 0 },
        },
        { vendor: 'Plant', canonical: 'plant', codec: text(4) },
        { vendor: 'StorageLocation', canonical: 'storageLocation', codec: text(4) },
        { vendor: 'TaxCode', canonical: 'taxCode', codec: text(2) },
        {
          vendor: 'IsCompletelyDelivered',
          canonical: 'isCompletelyDelivered',
          codec: { kind: 'boolean' },
        },
        {
          vendor: 'PurchasingDocumentDeletionCode',
          canonical: 'isDeleted',
          codec: deletionIndicator,
          direction: 'decode',
        },
        {
          vendor: `${names.scheduleLines}[0].ScheduleLineDeliveryDate`,
          canonical: 'deliveryDate',
          codec: { kind: 'date' },
          direction: 'decode',
        },
        {
          vendor: names.scheduleLines,
          canonical: 'scheduleLines',
          each: [
            {
              vendor: 'ScheduleLine',
              canonical: 'scheduleLineNumber',
              codec: number,
              required: true,
            },
            {
              vendor: 'ScheduleLineDeliveryDate',
              canonical: 'deliveryDate',
              codec: { kind: 'date' },
              required: true,
            },
            {
              vendor: 'ScheduleLineOrderQuantity',
              canonical: 'quantity',
              codec: quantity,
              required: true,
            },
          ],
        },
        ...names.itemFields,
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
  custom,
});

/** A_PurchaseOrder with items and schedule lines (OData V2) ↔ purchaseOrder. */
export const purchaseOrderV2Template = orderTemplate({
  version: 'v2',
  set: 'A_PurchaseOrder',
  items: 'to_PurchaseOrderItem',
  scheduleLines: 'to_ScheduleLine',
  deletionCode: 'PurchasingDocumentDeletionCode',
  itemFields: [],
});

/** PurchaseOrder with items and schedule lines (OData V4) ↔ purchaseOrder. */
export const purchaseOrderV4Template = orderTemplate({
  version: 'v4',
  set: 'PurchaseOrder',
  items: '_PurchaseOrderItem',
  scheduleLines: '_PurchaseOrderScheduleLineTP',
  deletionCode: 'PurchaseOrderDeletionCode',
  itemFields: [
    {
      vendor: 'NetAmount',
      canonical: 'netAmount',
      codec: amount,
      direction: 'decode',
    },
  ],
});
