import { defineService, etagOf, toMany, toOne } from '../odata/define.ts';

const header = `
  PurchaseOrder S10 key alpha
  PurchaseOrderType S4 fixed
  PurchaseOrderSubtype S1 ro
  PurchasingDocumentOrigin S1 ro
  CreatedByUser S12 ro
  CreationDate DATE ro
  PurchaseOrderDate DATE
  Language S2
  CorrespncExternalReference S12
  CorrespncInternalReference S12
  PurchaseOrderDeletionCode S1 ro field=PurchasingDocumentDeletionCode
  PurchasingProcessingStatus S2 ro
  PurchasingCompletenessStatus B
  ReleaseIsNotCompleted B ro
  ReleaseCode S1 ro
  PurchasingReleaseStrategy S2 ro
  PurgReleaseSequenceStatus S8 ro
  PurchasingDocumentProcessCode S10 ro
  LastChangeDateTime DTO ro
  CompanyCode S4 fixed
  PurchasingOrganization S4 fixed
  PurchasingGroup S3
  Supplier S10 alpha fixed
  SupplyingSupplier S10 alpha
  SupplyingPlant S4
  InvoicingParty S10 alpha
  SupplierRespSalesPersonName S30
  SupplierPhoneNumber S16
  SupplierQuotationExternalID S10
  PaymentTerms S4
  CashDiscount1Days D3.0
  CashDiscount2Days D3.0
  NetPaymentDays D3.0
  CashDiscount1Percent D5.3
  CashDiscount2Percent D5.3
  DocumentCurrency S3 currency
  ExchangeRate D9.5
  ExchangeRateIsFixed B
  IncotermsClassification S3
  IncotermsVersion S4
  IncotermsLocation1 S70
  IncotermsLocation2 S70
  ValidityStartDate DATE
  ValidityEndDate DATE
  YY1_CommonOrderId_PDH S40
  YY1_Priority_PDH D3.0
`;

const item = `
  PurchaseOrder S10 key alpha
  PurchaseOrderItem S5 key numc
  PurchaseOrderCategory S1 ro
  PurchasingDocumentDeletionCode S1 ro
  PurchaseOrderItemText S40
  PurchaseOrderItemCategory S1
  AccountAssignmentCategory S1
  MultipleAcctAssgmtDistribution S1
  Material S18 upper fixed
  ManufacturerMaterial S40
  SupplierMaterialNumber S35
  InternationalArticleNumber S18
  MaterialGroup S9
  ProductType S2
  CompanyCode S4 ro
  Plant S4
  StorageLocation S4
  RequirementTracking S10
  RequisitionerName S12
  PurchaseContract S10
  PurchaseContractItem S5 numc
  PurchaseRequisition S10
  PurchaseRequisitionItem S5 numc
  OrderQuantity D13.3 unit=PurchaseOrderQuantityUnit
  PurchaseOrderQuantityUnit S3 uom
  BaseUnit S3 ro uom
  OrderPriceUnit S3 uom
  OrderPriceUnitToOrderUnitNmrtr D5.0
  OrdPriceUnitToOrderUnitDnmntr D5.0
  NetPriceAmount D12.3 unit=DocumentCurrency
  NetPriceQuantity D5.0 unit=OrderPriceUnit
  DocumentCurrency S3 ro currency
  NetAmount D14.3 ro unit=DocumentCurrency
  GrossAmount D14.3 ro unit=DocumentCurrency
  EffectiveAmount D14.3 ro unit=DocumentCurrency
  TaxCode S2
  TaxCountry S3
  PriceIsToBePrinted B
  OverdelivTolrtdLmtRatioInPct D3.1
  UnlimitedOverdeliveryIsAllowed B
  UnderdelivTolrtdLmtRatioInPct D3.1
  IsCompletelyDelivered B
  IsFinallyInvoiced B
  IsReturnsItem B
  GoodsReceiptIsExpected B
  GoodsReceiptIsNonValuated B
  InvoiceIsExpected B
  InvoiceIsGoodsReceiptBased B
  EvaldRcptSettlmtIsAllowed B
  PurchasingItemIsFreeOfCharge B
  PlannedDeliveryDurationInDays D3.0
  SupplierConfirmationControlKey S4
  ItemNetWeight D13.3 unit=ItemWeightUnit
  ItemWeightUnit S3 uom
  YY1_CostObject_PDI S24
`;

const scheduleLine = `
  PurchaseOrder S10 key alpha field=PurchasingDocument
  PurchaseOrderItem S5 key numc field=PurchasingDocumentItem
  ScheduleLine S4 key numc
  DelivDateCategory S1
  ScheduleLineDeliveryDate DATE
  ScheduleLineDeliveryTime T
  SchedLineStscDeliveryDate DATE
  PerformancePeriodStartDate DATE
  PerformancePeriodEndDate DATE
  ScheduleLineOrderQuantity D13.3 unit=PurchaseOrderQuantityUnit
  ScheduleLineCommittedQuantity D13.3 unit=PurchaseOrderQuantityUnit
  OpenPurchaseOrderQuantity D14.3 ro unit=PurchaseOrderQuantityUnit
  PurchaseOrderQuantityUnit S3 ro uom
  Currency S3 ro currency
  ProductAvailabilityDate DATE
  PurchaseRequisition S10
  PurchaseRequisitionItem S5 numc
`;

const accountAssignment = `
  PurchaseOrder S10 key alpha
  PurchaseOrderItem S5 key numc
  AccountAssignmentNumber S2 key numc
  IsDeleted B ro
  Quantity D13.3 unit=PurchaseOrderQuantityUnit
  PurchaseOrderQuantityUnit S3 ro uom
  MultipleAcctAssgmtDistrPercent D3.1
  PurgDocNetAmount D14.3 unit=DocumentCurrency
  DocumentCurrency S3 ro currency
  GLAccount S10 alpha
  CostCenter S10 alpha
  ProfitCenter S10 alpha
  OrderID S12
  WBSElement S24 
  TaxCode S2
`;

/**
 * `api_purchaseorder_2` (sap.md 1.4): another view of the same orders. All sets carry an ETag;
 * those of children depend on the header.
 */
export const purchaseOrderV4Service = defineService({
  id: 'API_PURCHASEORDER_2',
  title: 'Purchase Order',
  odataVersion: 4,
  path: '/sap/opu/odata4/sap/api_purchaseorder_2/srvd_a2x/sap/purchaseorder/0001',
  hasMessages: true,
  namespace: 'com.sap.gateway.srvd_a2x.api_purchaseorder_2.v0001',
  sets: [
    {
      name: 'PurchaseOrder',
      typeName: 'PurchaseOrder_Type',
      table: 'purchaseOrder',
      properties: header,
      etag: etagOf('purchaseOrder', 'PurchaseOrder'),
      navigations: [
        toMany('_PurchaseOrderItem', 'PurchaseOrderItem', 'PurchaseOrder'),
        toMany('_PurchaseOrderNote', 'PurchaseOrderNote', 'PurchaseOrder'),
      ],
    },
    {
      name: 'PurchaseOrderItem',
      typeName: 'PurchaseOrderItem_Type',
      table: 'purchaseOrderItem',
      properties: item,
      etag: etagOf('purchaseOrder', 'PurchaseOrder'),
      navigations: [
        toOne('_PurchaseOrder', 'PurchaseOrder', 'PurchaseOrder'),
        toMany(
          '_PurchaseOrderItemNote',
          'PurchaseOrderItemNote',
          'PurchaseOrder PurchaseOrderItem',
        ),
        toMany(
          '_PurchaseOrderScheduleLineTP',
          'PurchaseOrderScheduleLine',
          'PurchaseOrder=PurchasingDocument PurchaseOrderItem=PurchasingDocumentItem',
        ),
        toMany(
          '_PurOrdAccountAssignment',
          'PurchaseOrderAccountAssignment',
          'PurchaseOrder PurchaseOrderItem',
        ),
      ],
    },
    {
      name: 'PurchaseOrderScheduleLine',
      typeName: 'PurchaseOrderScheduleLine_Type',
      table: 'purchaseOrderScheduleLine',
      properties: scheduleLine,
      etag: etagOf('purchaseOrder', 'PurchasingDocument=PurchaseOrder'),
      navigations: [
        toOne('_PurchaseOrder', 'PurchaseOrder', 'PurchasingDocument=PurchaseOrder'),
        toOne(
          '_PurchaseOrderItem',
          'PurchaseOrderItem',
          'PurchasingDocument=PurchaseOrder PurchasingDocumentItem=PurchaseOrderItem',
        ),
      ],
    },
    {
      name: 'PurchaseOrderAccountAssignment',
      typeName: 'PurOrdAccountAssignment_Type',
      table: 'purchaseOrderAccountAssignment',
      properties: accountAssignment,
      etag: etagOf('purchaseOrder', 'PurchaseOrder'),
    },
    {
      name: 'PurchaseOrderNote',
      typeName: 'PurchaseOrderNote_Type',
      table: 'purchaseOrderNote',
      etag: etagOf('purchaseOrder', 'PurchaseOrder'),
      properties: `
        PurchaseOrder S10 key alpha
        TextObjectType S4 key
        Language S2 key upper
        PlainLongText S0
      `,
    },
    {
      name: 'PurchaseOrderItemNote',
      typeName: 'PurchaseOrderItemNote_Type',
      table: 'purchaseOrderItemNote',
      etag: etagOf('purchaseOrder', 'PurchaseOrder'),
      properties: `
        PurchaseOrder S10 key alpha
        PurchaseOrderItem S5 key numc
        TextObjectType S4 key
        Language S2 key upper
        PlainLongText S0
      `,
    },
  ],
});
