import { defineService, etagOf, toMany, toOne } from '../odata/define.ts';

/** `API_SALES_ORDER_SRV` (sap.md 1.5): the V2 service whose header carries an ETag. */
export const salesOrderService = defineService({
  id: 'API_SALES_ORDER_SRV',
  title: 'Sales Order (A2X)',
  odataVersion: 2,
  path: '/sap/opu/odata/sap/API_SALES_ORDER_SRV',
  namespace: 'API_SALES_ORDER_SRV',
  sets: [
    {
      name: 'A_SalesOrder',
      table: 'salesOrder',
      etag: etagOf('salesOrder', 'SalesOrder'),
      properties: `
        SalesOrder S10 key alpha
        SalesOrderType S4 fixed
        SalesOrganization S4 fixed
        DistributionChannel S2 fixed
        OrganizationDivision S2 fixed
        SalesGroup S3
        SalesOffice S4
        SoldToParty S10 alpha
        CreationDate DATE ro
        CreatedByUser S12 ro
        LastChangeDate DATE ro
        LastChangeDateTime DTO ro
        ExternalDocumentID S40 ro
        PurchaseOrderByCustomer S35
        CustomerPurchaseOrderType S4
        CustomerPurchaseOrderDate DATE
        SalesOrderDate DATE
        TotalNetAmount D16.3 ro unit=TransactionCurrency
        TransactionCurrency S5 currency
        SDDocumentReason S3
        PricingDate DATE
        RequestedDeliveryDate DATE
        ShippingCondition S2
        CompleteDeliveryIsDefined B
        HeaderBillingBlockReason S2
        DeliveryBlockReason S2
        IncotermsClassification S3
        IncotermsLocation1 S70
        CustomerPaymentTerms S4
        PaymentMethod S1
        ReferenceSDDocument S10
        OverallSDProcessStatus S1 ro
        OverallDeliveryStatus S1 ro
        OverallSDDocumentRejectionSts S1 ro
      `,
      navigations: [toMany('to_Item', 'A_SalesOrderItem', 'SalesOrder')],
    },
    {
      name: 'A_SalesOrderItem',
      table: 'salesOrderItem',
      properties: `
        SalesOrder S10 key alpha
        SalesOrderItem S6 key numc
        HigherLevelItem S6 numc
        SalesOrderItemCategory S4
        SalesOrderItemText S40
        PurchaseOrderByCustomer S35
        UnderlyingPurchaseOrderItem S6
        Material S40 upper
        MaterialByCustomer S35
        RequestedQuantity D15.3 unit=RequestedQuantityUnit
        RequestedQuantityUnit S3 uom
        ConfdDelivQtyInOrderQtyUnit D15.3 ro unit=RequestedQuantityUnit
        TransactionCurrency S5 ro currency
        NetAmount D16.3 ro unit=TransactionCurrency
        MaterialGroup S9
        ProductionPlant S4
        StorageLocation S4
        ShippingPoint S4
        Batch S10
        SalesDocumentRjcnReason S2
        ItemBillingBlockReason S2
        DeliveryPriority S2
        SDProcessStatus S1 ro
        DeliveryStatus S1 ro
      `,
      navigations: [
        toOne('to_SalesOrder', 'A_SalesOrder', 'SalesOrder'),
        toMany('to_ScheduleLine', 'A_SalesOrderScheduleLine', 'SalesOrder SalesOrderItem'),
      ],
    },
    {
      name: 'A_SalesOrderScheduleLine',
      table: 'salesOrderScheduleLine',
      properties: `
        SalesOrder S10 key alpha
        SalesOrderItem S6 key numc
        ScheduleLine S4 key numc
        RequestedDeliveryDate DATE
        ConfirmedDeliveryDate DATE ro
        OrderQuantityUnit S3 ro uom
        ScheduleLineOrderQuantity D13.3 unit=OrderQuantityUnit
        ConfdOrderQtyByMatlAvailCheck D13.3 ro unit=OrderQuantityUnit
        DeliveredQtyInOrderQtyUnit D13.3 ro unit=OrderQuantityUnit
        DelivBlockReasonForSchedLine S2
      `,
    },
  ],
});
