import { type LabelledEntity, labelled } from './labelled-entity.fixture.ts';

/**
 * What nothing was tuned on or fitted to: Dynamics 365 Finance, NetSuite, and SAP's IDocs and tables. Field
 * names: the systems' own documentation.
 */
export const heldOutSet: readonly LabelledEntity[] = [
  labelled(
    'dynamics-finance',
    'PurchaseOrderHeadersV2',
    'purchaseOrder',
    `dataAreaId Edm.String(4) ~ companyCode
     PurchaseOrderNumber Edm.String(20) = orderNumber
     OrderVendorAccountNumber Edm.String(20) = supplier
     InvoiceVendorAccountNumber Edm.String(20)
     PurchaseOrderName Edm.String(60)
     CurrencyCode Edm.String(3) = currency
     LanguageId Edm.String(7)
     AccountingDate Edm.DateTimeOffset
     RequestedDeliveryDate Edm.DateTimeOffset
     ConfirmedDeliveryDate Edm.DateTimeOffset
     PaymentTermsName Edm.String(10) = paymentTerms
     VendorPaymentMethodName Edm.String(10)
     DeliveryModeId Edm.String(10)
     DeliveryTermsId Edm.String(10) = incoterms
     DefaultReceivingSiteId Edm.String(10)
     DefaultReceivingWarehouseId Edm.String(10)
     VendorOrderReference Edm.String(60) = externalReference
     PurchaseOrderPoolId Edm.String(10)
     BuyerGroupId Edm.String(10) = purchasingGroup
     ProjectId Edm.String(20)
     PurchaseOrderStatus enum = status
     DocumentApprovalStatus enum
     IsChangeManagementActive enum
     PurchaseOrderLines[].LineNumber Edm.Int64 = lines[].lineNumber
     PurchaseOrderLines[].ItemNumber Edm.String(20) = lines[].product
     PurchaseOrderLines[].ProcurementProductCategoryName Edm.String(254)
     PurchaseOrderLines[].LineDescription Edm.String(1000) = lines[].description
     PurchaseOrderLines[].OrderedPurchaseQuantity Edm.Decimal = lines[].quantity
     PurchaseOrderLines[].PurchaseUnitSymbol Edm.String(10) = lines[].unit
     PurchaseOrderLines[].PurchasePrice Edm.Decimal = lines[].unitPrice
     PurchaseOrderLines[].PurchasePriceQuantity Edm.Decimal = lines[].priceQuantity
     PurchaseOrderLines[].LineAmount Edm.Decimal = lines[].netAmount
     PurchaseOrderLines[].LineDiscountAmount Edm.Decimal
     PurchaseOrderLines[].LineDiscountPercentage Edm.Decimal
     PurchaseOrderLines[].ReceivingSiteId Edm.String(10) = lines[].plant
     PurchaseOrderLines[].ReceivingWarehouseId Edm.String(10) = lines[].storageLocation
     PurchaseOrderLines[].RequestedDeliveryDate Edm.DateTimeOffset = lines[].deliveryDate
     PurchaseOrderLines[].ConfirmedDeliveryDate Edm.DateTimeOffset ~ lines[].deliveryDate
     PurchaseOrderLines[].PurchaseOrderLineStatus enum
     PurchaseOrderLines[].InventoryLotId Edm.String(20)
     PurchaseOrderLines[].WorkflowState enum
     PurchaseOrderLines[].IsDeleted enum = lines[].isDeleted
     PurchaseOrderLines[].SalesTaxGroupCode Edm.String(10) ~ lines[].taxCode
     PurchaseOrderLines[].Barcode Edm.String(80)
     PurchaseOrderLines[].ExternalItemNumber Edm.String(20)`,
  ),
  labelled(
    'dynamics-finance',
    'VendorsV2',
    'supplier',
    `dataAreaId Edm.String(4)
     VendorAccountNumber Edm.String(20) = supplierNumber
     VendorOrganizationName Edm.String(100) = name
     VendorGroupId Edm.String(10)
     VendorPartyNumber Edm.String(40) ~ supplierNumber
     VendorSearchName Edm.String(20)
     CurrencyCode Edm.String(3) = currency
     DefaultPaymentTermsName Edm.String(10) = paymentTerms
     OnHoldStatus enum = isBlocked
     AddressStreet Edm.String(250) = addresses[only].street
     AddressStreetNumber Edm.String(20) ~ addresses[only].houseNumber
     AddressCity Edm.String(60) = addresses[only].city
     AddressZipCode Edm.String(10) = addresses[only].postalCode
     AddressStateId Edm.String(10) = addresses[only].region
     AddressCountryRegionId Edm.String(10) = addresses[only].country
     PrimaryEmailAddress Edm.String(255) = email
     PrimaryPhoneNumber Edm.String(255) = phone`,
  ),
  labelled(
    'dynamics-finance',
    'ReleasedProductsV2',
    'product',
    `dataAreaId Edm.String(4)
     ItemNumber Edm.String(20) = productNumber
     ProductNumber Edm.String(70) = productNumber
     SearchName Edm.String(60)
     ItemModelGroupId Edm.String(10)
     ProductGroupId Edm.String(10) = productGroup
     BOMUnitSymbol Edm.String(10)
     InventoryUnitSymbol Edm.String(10) = baseUnit
     PurchaseUnitSymbol Edm.String(10)
     SalesUnitSymbol Edm.String(10)
     SalesPrice Edm.Decimal
     PurchasePrice Edm.Decimal
     UnitCost Edm.Decimal
     StorageDimensionGroupName Edm.String(10)
     TrackingDimensionGroupName Edm.String(10)`,
  ),
  labelled(
    'netsuite',
    'purchaseOrder',
    'purchaseOrder',
    `id string
     tranId string(45) = orderNumber
     externalId string(255) = externalReference
     entity.id string = supplier
     subsidiary.id string = companyCode
     location.id string
     department.id string
     class.id string
     tranDate date = orderDate
     dueDate date
     currency.id string
     currency.refName string = currency
     exchangeRate number
     memo string(999)
     approvalStatus.id string
     status.id string ~ status
     status.refName string = status
     orderStatus.id string ~ status
     terms.id string = paymentTerms
     shipAddress string(999)
     total number = totalAmount
     lastModifiedDate datetime = changedAt
     createdDate datetime = createdOn
     custbody_project_phase string(100)
     item.items[].line integer = lines[].lineNumber
     item.items[].item.id string = lines[].product
     item.items[].quantity number = lines[].quantity
     item.items[].units string = lines[].unit
     item.items[].rate number = lines[].unitPrice
     item.items[].amount number = lines[].netAmount
     item.items[].description string(4000) = lines[].description
     item.items[].expectedReceiptDate date = lines[].deliveryDate
     item.items[].quantityReceived number
     item.items[].quantityBilled number
     item.items[].isClosed boolean
     item.items[].custcol_batch string(50)`,
  ),
  labelled(
    'netsuite',
    'vendor',
    'supplier',
    `id string
     entityId string(83) = supplierNumber
     externalId string(255) = externalReference
     companyName string(83) = name
     isPerson boolean
     email email(254) = email
     phone phone(32) = phone
     subsidiary.id string
     currency.refName string = currency
     terms.id string = paymentTerms
     isInactive boolean
     vatRegNumber string(20) = vatNumber
     dateCreated datetime = createdOn
     lastModifiedDate datetime = changedAt
     custentity_rating string(10)`,
  ),
  labelled(
    'sap-tables',
    'EKKO',
    'purchaseOrder',
    `EBELN CHAR(10) = orderNumber
     BUKRS CHAR(4) = companyCode
     BSTYP CHAR(1)
     BSART CHAR(4) = orderType
     LOEKZ CHAR(1) = isDeleted
     STATU CHAR(1)
     AEDAT DATS = createdOn
     ERNAM CHAR(12)
     LIFNR CHAR(10) = supplier
     SPRAS LANG(1)
     ZTERM CHAR(4) = paymentTerms
     EKORG CHAR(4) = purchasingOrganization
     EKGRP CHAR(3) = purchasingGroup
     WAERS CUKY(5) = currency
     WKURS DEC(9,5)
     BEDAT DATS = orderDate
     INCO1 CHAR(3) = incoterms
     INCO2 CHAR(28)
     IHREZ CHAR(12)
     UNSEZ CHAR(12) ~ externalReference
     ZZREGION CHAR(10)
     EKPO[].EBELN CHAR(10)
     EKPO[].EBELP NUMC(5) = lines[].lineNumber
     EKPO[].LOEKZ CHAR(1) = lines[].isDeleted
     EKPO[].TXZ01 CHAR(40) = lines[].description
     EKPO[].MATNR CHAR(40) = lines[].product
     EKPO[].WERKS CHAR(4) = lines[].plant
     EKPO[].LGORT CHAR(4) = lines[].storageLocation
     EKPO[].MATKL CHAR(9)
     EKPO[].MENGE QUAN(13,3) = lines[].quantity
     EKPO[].MEINS UNIT(3) = lines[].unit
     EKPO[].BPRME UNIT(3)
     EKPO[].NETPR CURR(11,2) = lines[].unitPrice
     EKPO[].PEINH DEC(5,0) = lines[].priceQuantity
     EKPO[].NETWR CURR(13,2) = lines[].netAmount
     EKPO[].BRTWR CURR(13,2)
     EKPO[].MWSKZ CHAR(2) = lines[].taxCode
     EKPO[].ELIKZ CHAR(1) = lines[].isCompletelyDelivered
     EKPO[].KNTTP CHAR(1)
     EKPO[].PSTYP CHAR(1)
     EKPO[].EKET[].ETENR NUMC(4) = lines[].scheduleLines[].scheduleLineNumber
     EKPO[].EKET[].EINDT DATS = lines[].scheduleLines[].deliveryDate
     EKPO[].EKET[].MENGE QUAN(13,3) = lines[].scheduleLines[].quantity
     EKPO[].EKET[].WEMNG QUAN(13,3)`,
  ),
  labelled(
    'sap-idoc',
    'E1MARAM',
    'product',
    `MSGFN CHAR(3)
     MATNR CHAR(18) = productNumber
     ERSDA CHAR(8) = createdOn
     ERNAM CHAR(12)
     LAEDA CHAR(8)
     AENAM CHAR(12)
     PSTAT CHAR(15)
     LVORM CHAR(1) = isMarkedForDeletion
     MTART CHAR(4) = productType
     MBRSH CHAR(1)
     MATKL CHAR(9) = productGroup
     BISMT CHAR(18)
     MEINS CHAR(3) = baseUnit
     BSTME CHAR(3)
     ZEINR CHAR(22)
     BRGEW CHAR(15) = grossWeight
     NTGEW CHAR(15) = netWeight
     GEWEI CHAR(3) = weightUnit
     VOLUM CHAR(15)
     EAN11 CHAR(18) = gtin
     MFRPN CHAR(40) = manufacturerPartNumber
     E1MAKTM[].MSGFN CHAR(3)
     E1MAKTM[].SPRAS CHAR(1)
     E1MAKTM[].MAKTX CHAR(40) = descriptions[].text
     E1MAKTM[].SPRAS_ISO CHAR(2) = descriptions[].language
     E1MARCM[].MSGFN CHAR(3)
     E1MARCM[].WERKS CHAR(4) = plants[].plant
     E1MARCM[].LVORM CHAR(1) = plants[].isMarkedForDeletion
     E1MARCM[].EKGRP CHAR(3)
     E1MARCM[].DISMM CHAR(2)
     E1MARCM[].DISPO CHAR(3)
     E1MARCM[].PLIFZ CHAR(3)
     E1MARCM[].WEBAZ CHAR(3) ~ plants[].goodsReceiptDays
     E1MARCM[].MINBE CHAR(14)`,
  ),
  labelled(
    'sap-idoc',
    'E1KNA1M',
    'customer',
    `MSGFN CHAR(3)
     KUNNR CHAR(10) = customerNumber
     ANRED CHAR(15)
     AUFSD CHAR(2)
     KTOKD CHAR(4)
     KUKLA CHAR(2)
     LAND1 CHAR(3) = addresses[only].country
     LIFNR CHAR(10)
     LIFSD CHAR(2)
     LOEVM CHAR(1) = isMarkedForDeletion
     NAME1 CHAR(35) = name
     NAME2 CHAR(35) = name2
     ORT01 CHAR(35) = addresses[only].city
     ORT02 CHAR(35)
     PFACH CHAR(10)
     PSTL2 CHAR(10)
     PSTLZ CHAR(10) = addresses[only].postalCode
     REGIO CHAR(3) = addresses[only].region
     SPRAS CHAR(1)
     STRAS CHAR(35) = addresses[only].street
     TELF1 CHAR(16) = phone
     STCEG CHAR(20) = vatNumber
     E1KNB1M[].BUKRS CHAR(4) = companyCodes[].companyCode
     E1KNB1M[].AKONT CHAR(10) = companyCodes[].reconciliationAccount
     E1KNB1M[].ZTERM CHAR(4) = companyCodes[].paymentTerms
     E1KNB1M[].ZUAWA CHAR(3)`,
  ),
];
