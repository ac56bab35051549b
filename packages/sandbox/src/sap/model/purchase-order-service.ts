import { defineService, toMany, toOne } from '../odata/define.ts';

const header = `
  PurchaseOrder S10 key alpha
  CompanyCode S4 fixed
  PurchaseOrderType S4 fixed
  PurchasingDocumentDeletionCode S1 ro
  PurchasingProcessingStatus S2 ro
  CreatedByUser S12 ro
  CreationDate DATE ro
  LastChangeDateTime DTO ro
  Supplier S10 alpha fixed
  PurchaseOrderSubtype S1 ro
  Language S2
  PaymentTerms S4
  CashDiscount1Days D3.0
  CashDiscount2Days D3.0
  NetPaymentDays D3.0
  CashDiscount1Percent D5.3
  CashDiscount2Percent D5.3
  PurchasingOrganization S4 fixed
  PurchasingDocumentOrigin S1 ro
  PurchasingGroup S3
  PurchaseOrderDate DATE
  DocumentCurrency S5 currency
  ExchangeRate S12
  ExchangeRateIsFixed B
  ValidityStartDate DATE
  ValidityEndDate DATE
  SupplierQuotationExternalID S10
  PurchasingCollectiveNumber S10
  SupplierRespSalesPersonName S30
  SupplierPhoneNumber S16
  SupplyingSupplier S10 alpha
  SupplyingPlant S4
  IncotermsClassification S3
  IncotermsVersion S4
  IncotermsLocation1 S70
  IncotermsLocation2 S70
  CorrespncExternalReference S12
  CorrespncInternalReference S12
  InvoicingParty S10 alpha
  ReleaseIsNotCompleted B ro
  PurchasingCompletenessStatus B
  ManualSupplierAddressID S10 ro
  AddressName S40
  AddressStreetName S60
  AddressHouseNumber S10
  AddressPostalCode S10
  AddressCityName S40
  AddressRegion S3
  AddressCountry S3
  AddressPhoneNumber S30
  AddressCorrespondenceLanguage S2
  YY1_CommonOrderId_PDH S40
  YY1_Priority_PDH D3.0
`;

const item = `
  PurchaseOrder S10 key alpha
  PurchaseOrderItem S5 key numc
  PurchasingDocumentDeletionCode S1 ro
  PurchaseOrderItemText S40
  Plant S4
  StorageLocation S4
  MaterialGroup S9
  PurchasingInfoRecord S10
  SupplierMaterialNumber S35
  OrderQuantity D13.3 unit=PurchaseOrderQuantityUnit
  PurchaseOrderQuantityUnit S3 uom
  OrderPriceUnit S3 uom
  OrderPriceUnitToOrderUnitNmrtr D5.0
  OrdPriceUnitToOrderUnitDnmntr D5.0
  DocumentCurrency S5 ro currency
  NetPriceAmount D12.3 unit=DocumentCurrency
  NetPriceQuantity D5.0 unit=OrderPriceUnit
  TaxCode S2
  TaxCountry S3
  ShippingInstruction S2
  PriceIsToBePrinted B
  OverdelivTolrtdLmtRatioInPct D3.1
  UnlimitedOverdeliveryIsAllowed B
  UnderdelivTolrtdLmtRatioInPct D3.1
  ValuationType S10
  IsCompletelyDelivered B
  IsFinallyInvoiced B
  PurchaseOrderItemCategory S1
  AccountAssignmentCategory S1
  MultipleAcctAssgmtDistribution S1
  GoodsReceiptIsExpected B
  GoodsReceiptIsNonValuated B
  InvoiceIsExpected B
  InvoiceIsGoodsReceiptBased B
  PurchaseContract S10
  PurchaseContractItem S5 numc
  Customer S10 alpha
  ItemNetWeight D13.3 unit=ItemWeightUnit
  ItemWeightUnit S3 uom
  SupplierConfirmationControlKey S4
  IncotermsClassification S3
  IncotermsLocation1 S70
  EvaldRcptSettlmtIsAllowed B
  PurchaseRequisition S10
  PurchaseRequisitionItem S5 numc
  IsReturnsItem B
  RequisitionerName S12
  Material S40 upper fixed
  InternationalArticleNumber S18
  ManufacturerMaterial S40
  ProductType S2
  Batch S10
  PurchasingItemIsFreeOfCharge B
  ReferenceDeliveryAddressID S10
  DeliveryAddressID S10 ro
  DeliveryAddressName S40
  DeliveryAddressStreetName S60
  DeliveryAddressHouseNumber S10
  DeliveryAddressCityName S40
  DeliveryAddressPostalCode S10
  DeliveryAddressRegion S3
  DeliveryAddressCountry S3
  ExpectedOverallLimitAmount D14.3 unit=DocumentCurrency
  OverallLimitAmount D14.3 unit=DocumentCurrency
  YY1_CostObject_PDI S24
`;

const scheduleLine = `
  PurchasingDocument S10 key alpha
  PurchasingDocumentItem S5 key numc
  ScheduleLine S4 key numc
  DelivDateCategory S1
  ScheduleLineDeliveryDate DATE
  PurchaseOrderQuantityUnit S3 ro uom
  ScheduleLineOrderQuantity D13.3 unit=PurchaseOrderQuantityUnit
  ScheduleLineDeliveryTime T
  SchedLineStscDeliveryDate DATE
  PurchaseRequisition S10
  PurchaseRequisitionItem S5 numc
  ScheduleLineCommittedQuantity D13.3 unit=PurchaseOrderQuantityUnit
  PerformancePeriodStartDate DATE
  PerformancePeriodEndDate DATE
`;

const accountAssignment = `
  PurchaseOrder S10 key alpha
  PurchaseOrderItem S5 key numc
  AccountAssignmentNumber S2 key numc
  IsDeleted B ro
  PurchaseOrderQuantityUnit S3 ro uom
  Quantity D13.3 unit=PurchaseOrderQuantityUnit
  MultipleAcctAssgmtDistrPercent D3.1
  DocumentCurrency S5 ro currency
  PurgDocNetAmount D14.3 unit=DocumentCurrency
  GLAccount S10 alpha
  BusinessArea S4
  CostCenter S10 alpha
  SalesOrder S10 alpha
  SalesOrderItem S6 numc
  MasterFixedAsset S12
  FixedAsset S4
  ControllingArea S4
  OrderID S12
  ProfitCenter S10 alpha
  WBSElement S24
  FundsCenter S16
  Fund S10
  FunctionalArea S16
  TaxCode S2
`;

/** `API_PURCHASEORDER_PROCESS_SRV`: names, lengths and scales from sap.md 1.3; no ETag on any set. */
export const purchaseOrderService = defineService({
  id: 'API_PURCHASEORDER_PROCESS_SRV',
  title: 'Purchase Order',
  odataVersion: 2,
  path: '/sap/opu/odata/sap/API_PURCHASEORDER_PROCESS_SRV',
  namespace: 'API_PURCHASEORDER_PROCESS_SRV',
  sets: [
    {
      name: 'A_PurchaseOrder',
      table: 'purchaseOrder',
      properties: header,
      navigations: [
        toMany('to_PurchaseOrderItem', 'A_PurchaseOrderItem', 'PurchaseOrder'),
        toMany('to_PurchaseOrderNote', 'A_PurchaseOrderNote', 'PurchaseOrder'),
      ],
    },
    {
      name: 'A_PurchaseOrderItem',
      table: 'purchaseOrderItem',
      properties: item,
      navigations: [
        toMany(
          'to_AccountAssignment',
          'A_PurOrdAccountAssignment',
          'PurchaseOrder PurchaseOrderItem',
        ),
        toOne('to_PurchaseOrder', 'A_PurchaseOrder', 'PurchaseOrder'),
        toMany(
          'to_PurchaseOrderItemNote',
          'A_PurchaseOrderItemNote',
          'PurchaseOrder PurchaseOrderItem',
        ),
        toMany(
          'to_ScheduleLine',
          'A_PurchaseOrderScheduleLine',
          'PurchaseOrder=PurchasingDocument PurchaseOrderItem=PurchasingDocumentItem',
        ),
      ],
    },
    {
      name: 'A_PurchaseOrderScheduleLine',
      table: 'purchaseOrderScheduleLine',
      properties: scheduleLine,
    },
    {
      name: 'A_PurOrdAccountAssignment',
      table: 'purchaseOrderAccountAssignment',
      properties: accountAssignment,
    },
    {
      name: 'A_PurchaseOrderNote',
      table: 'purchaseOrderNote',
      properties: `
        PurchaseOrder S10 key alpha
        TextObjectType S4 key
        Language S2 key upper
        PlainLongText S0
      `,
    },
    {
      name: 'A_PurchaseOrderItemNote',
      table: 'purchaseOrderItemNote',
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
