import { type LabelledEntity, labelled } from './labelled-entity.fixture.ts';

/**
 * What the weights were tuned on: BAPI structures of SAP, QuickBooks Online, Business Central, E-Business
 * Suite, and tables as a German mid-size company keeps them.
 */
export const tuningSet: readonly LabelledEntity[] = [
  labelled(
    'sap-bapi',
    'BAPI_PO_GETDETAIL1',
    'purchaseOrder',
    `POHEADER.PO_NUMBER C(10) = orderNumber
     POHEADER.COMP_CODE C(4) = companyCode
     POHEADER.DOC_TYPE C(4) = orderType
     POHEADER.DELETE_IND C(1) = isDeleted
     POHEADER.STATUS C(1) ~ status
     POHEADER.CREAT_DATE D = createdOn
     POHEADER.CREATED_BY C(12)
     POHEADER.ITEM_INTVL N(5)
     POHEADER.VENDOR C(10) = supplier
     POHEADER.LANGU C(1)
     POHEADER.LANGU_ISO C(2)
     POHEADER.PMNTTRMS C(4) = paymentTerms
     POHEADER.DSCNT1_TO P(3,0)
     POHEADER.PURCH_ORG C(4) = purchasingOrganization
     POHEADER.PUR_GROUP C(3) = purchasingGroup
     POHEADER.CURRENCY C(5) = currency
     POHEADER.CURRENCY_ISO C(3) ~ currency
     POHEADER.EXCH_RATE P(9,5)
     POHEADER.DOC_DATE D = orderDate
     POHEADER.VPER_START D
     POHEADER.VPER_END D
     POHEADER.QUOTATION C(10)
     POHEADER.REF_1 C(12)
     POHEADER.SALES_PERS C(30)
     POHEADER.TELEPHONE C(16)
     POHEADER.SUPPL_VEND C(10)
     POHEADER.CUSTOMER C(10)
     POHEADER.AGREEMENT C(10)
     POHEADER.SUPPL_PLNT C(4)
     POHEADER.INCOTERMS1 C(3) = incoterms
     POHEADER.INCOTERMS2 C(28)
     POHEADER.COLLECT_NO C(10)
     POHEADER.DIFF_INV C(10)
     POHEADER.OUR_REF C(12) = externalReference
     POHEADER.REL_STATUS C(8)
     POITEM[].PO_ITEM N(5) = lines[].lineNumber
     POITEM[].DELETE_IND C(1) = lines[].isDeleted
     POITEM[].SHORT_TEXT C(40) = lines[].description
     POITEM[].MATERIAL C(18) = lines[].product
     POITEM[].EMATERIAL C(18)
     POITEM[].PLANT C(4) = lines[].plant
     POITEM[].STGE_LOC C(4) = lines[].storageLocation
     POITEM[].TRACKINGNO C(10)
     POITEM[].MATL_GROUP C(9)
     POITEM[].INFO_REC C(10)
     POITEM[].VEND_MAT C(35)
     POITEM[].QUANTITY P(13,3) = lines[].quantity
     POITEM[].PO_UNIT C(3) = lines[].unit
     POITEM[].PO_UNIT_ISO C(3) ~ lines[].unit
     POITEM[].ORDERPR_UN C(3)
     POITEM[].NET_PRICE P(28,9) = lines[].unitPrice
     POITEM[].PRICE_UNIT P(5,0) = lines[].priceQuantity
     POITEM[].TAX_CODE C(2) = lines[].taxCode
     POITEM[].OVER_DLV_TOL P(3,1)
     POITEM[].UNLIMITED_DLV C(1)
     POITEM[].NO_MORE_GR C(1) ~ lines[].isCompletelyDelivered
     POITEM[].FINAL_INV C(1)
     POITEM[].ITEM_CAT C(1)
     POITEM[].ACCTASSCAT C(1)
     POITEM[].GR_IND C(1)
     POITEM[].AGREEMENT C(10)
     POITEM[].AGMT_ITEM N(5)
     POITEM[].PREQ_NO C(10)
     POITEM[].PREQ_ITEM N(5)
     POITEM[].PREQ_NAME C(12)
     POITEM[].RET_ITEM C(1)
     POITEM[].BATCH C(10)
     POITEM[].FREE_ITEM C(1)`,
  ),
  labelled(
    'quickbooks',
    'Item',
    'product',
    `Id string
     SyncToken string
     MetaData.CreateTime datetime = createdOn
     MetaData.LastUpdatedTime datetime = changedAt
     Name string(100) = description|productNumber
     Sku string(100) = productNumber
     Description string(4000) = description
     Active boolean
     Type enum = productType
     UnitPrice decimal
     PurchaseCost decimal
     PurchaseDesc string(1000)
     TrackQtyOnHand boolean
     QtyOnHand decimal
     InvStartDate date
     IncomeAccountRef.value reference
     ExpenseAccountRef.value reference
     AssetAccountRef.value reference
     ParentRef.value reference
     SubItem boolean
     Level integer
     FullyQualifiedName string(500)
     Taxable boolean
     SalesTaxCodeRef.value reference`,
  ),
  labelled(
    'quickbooks',
    'Customer',
    'customer',
    `Id string
     SyncToken string
     MetaData.CreateTime datetime = createdOn
     MetaData.LastUpdatedTime datetime = changedAt
     DisplayName string(500) = name
     CompanyName string(100) = name|name2
     GivenName string(100)
     FamilyName string(100)
     PrimaryEmailAddr.Address string(100) = email
     PrimaryPhone.FreeFormNumber string(30) = phone
     BillAddr.Line1 string(500) = addresses[kind=billing].street
     BillAddr.Line2 string(500)
     BillAddr.City string(255) = addresses[kind=billing].city
     BillAddr.CountrySubDivisionCode string(255) = addresses[kind=billing].region
     BillAddr.Country string(255) = addresses[kind=billing].country
     BillAddr.PostalCode string(30) = addresses[kind=billing].postalCode
     ShipAddr.Line1 string(500) = addresses[kind=shipping].street
     ShipAddr.City string(255) = addresses[kind=shipping].city
     ShipAddr.CountrySubDivisionCode string(255) = addresses[kind=shipping].region
     ShipAddr.Country string(255) = addresses[kind=shipping].country
     ShipAddr.PostalCode string(30) = addresses[kind=shipping].postalCode
     Balance decimal
     BalanceWithJobs decimal
     Job boolean
     ParentRef.value reference
     CurrencyRef.value string = currency
     SalesTermRef.value reference = paymentTerms
     Active boolean
     Taxable boolean
     Notes string(2000)
     IsProject boolean`,
  ),
  labelled(
    'quickbooks',
    'Vendor',
    'supplier',
    `Id string
     SyncToken string
     MetaData.CreateTime datetime = createdOn
     MetaData.LastUpdatedTime datetime = changedAt
     DisplayName string(500) = name
     CompanyName string(100) = name|name2
     AcctNum string(100) = supplierNumber
     BillAddr.Line1 string(500) = addresses[kind=billing].street
     BillAddr.City string(255) = addresses[kind=billing].city
     BillAddr.Country string(255) = addresses[kind=billing].country
     BillAddr.PostalCode string(30) = addresses[kind=billing].postalCode
     PrimaryEmailAddr.Address string(100) = email
     PrimaryPhone.FreeFormNumber string(30) = phone
     TermRef.value reference = paymentTerms
     CurrencyRef.value string = currency
     APAccountRef.value reference
     Balance decimal
     Vendor1099 boolean
     TaxIdentifier string(20) = vatNumber
     Active boolean
     PrintOnCheckName string(110)`,
  ),
  labelled(
    'quickbooks',
    'PurchaseOrder',
    'purchaseOrder',
    `Id string
     SyncToken string
     MetaData.CreateTime datetime = createdOn
     MetaData.LastUpdatedTime datetime = changedAt
     VendorRef.value reference = supplier
     VendorRef.name string
     APAccountRef.value reference
     DocNumber string(21) = orderNumber
     TxnDate date = orderDate
     DueDate date
     POStatus enum = status
     ShipMethodRef.value reference
     SalesTermRef.value reference = paymentTerms
     ClassRef.value reference
     CurrencyRef.value string = currency
     ExchangeRate decimal
     TotalAmt decimal = totalAmount
     PrivateNote string(4000)
     Memo string(4000)
     POEmail.Address string
     Line[].Id string
     Line[].LineNum integer = lines[].lineNumber
     Line[].Description string(4000) = lines[].description
     Line[].Amount decimal = lines[].netAmount
     Line[].DetailType enum
     Line[].ItemBasedExpenseLineDetail.ItemRef.value reference = lines[].product
     Line[].ItemBasedExpenseLineDetail.Qty decimal = lines[].quantity
     Line[].ItemBasedExpenseLineDetail.UnitPrice decimal = lines[].unitPrice
     Line[].ItemBasedExpenseLineDetail.TaxCodeRef.value reference = lines[].taxCode
     Line[].ItemBasedExpenseLineDetail.CustomerRef.value reference
     Line[].ItemBasedExpenseLineDetail.ClassRef.value reference
     Line[].ItemBasedExpenseLineDetail.BillableStatus enum`,
  ),
  labelled(
    'quickbooks',
    'Invoice',
    'invoice',
    `Id string
     SyncToken string
     MetaData.LastUpdatedTime datetime = changedAt
     CustomerRef.value reference = customer
     CustomerRef.name string
     DocNumber string(21) = invoiceNumber
     TxnDate date = invoiceDate
     DueDate date = dueDate
     Balance decimal = openAmount
     TotalAmt decimal = grossAmount
     TxnTaxDetail.TotalTax decimal = taxAmount
     BillEmail.Address string
     EmailStatus enum
     PrintStatus enum
     Deposit decimal
     CurrencyRef.value string = currency
     ExchangeRate decimal
     SalesTermRef.value reference = paymentTerms
     TrackingNum string
     ApplyTaxAfterDiscount boolean
     Line[].Id string
     Line[].LineNum integer = lines[].lineNumber
     Line[].Description string(4000) = lines[].description
     Line[].Amount decimal = lines[].netAmount
     Line[].DetailType enum
     Line[].SalesItemLineDetail.ItemRef.value reference = lines[].product
     Line[].SalesItemLineDetail.Qty decimal = lines[].quantity
     Line[].SalesItemLineDetail.UnitPrice decimal = lines[].unitPrice
     Line[].SalesItemLineDetail.TaxCodeRef.value reference = lines[].taxCode
     Line[].SalesItemLineDetail.ServiceDate date`,
  ),
  labelled(
    'business-central',
    'purchaseOrders',
    'purchaseOrder',
    `id Edm.Guid
     number Edm.String(20) = orderNumber
     orderDate Edm.Date = orderDate
     postingDate Edm.Date
     vendorId Edm.Guid ~ supplier
     vendorNumber Edm.String(20) = supplier
     vendorName Edm.String(100)
     payToName Edm.String(100)
     payToVendorId Edm.Guid
     payToVendorNumber Edm.String(20)
     shipToName Edm.String(100)
     shipToContact Edm.String(100)
     shipToCity Edm.String(30)
     currencyId Edm.Guid
     currencyCode Edm.String(10) = currency
     pricesIncludeTax Edm.Boolean
     paymentTermsId Edm.Guid = paymentTerms
     shipmentMethodId Edm.Guid
     purchaser Edm.String(20) ~ purchasingGroup
     requestedReceiptDate Edm.Date
     discountAmount Edm.Decimal
     totalAmountExcludingTax Edm.Decimal ~ totalAmount
     totalTaxAmount Edm.Decimal
     totalAmountIncludingTax Edm.Decimal = totalAmount
     fullyReceived Edm.Boolean
     status enum = status
     lastModifiedDateTime Edm.DateTimeOffset = changedAt
     purchaseOrderLines[].id Edm.Guid
     purchaseOrderLines[].documentId Edm.Guid
     purchaseOrderLines[].sequence Edm.Int32 = lines[].lineNumber
     purchaseOrderLines[].itemId Edm.Guid = lines[].product
     purchaseOrderLines[].accountId Edm.Guid
     purchaseOrderLines[].lineType enum
     purchaseOrderLines[].lineObjectNumber Edm.String(20) ~ lines[].product
     purchaseOrderLines[].description Edm.String(100) = lines[].description
     purchaseOrderLines[].unitOfMeasureId Edm.Guid
     purchaseOrderLines[].unitOfMeasureCode Edm.String(10) = lines[].unit
     purchaseOrderLines[].quantity Edm.Decimal = lines[].quantity
     purchaseOrderLines[].directUnitCost Edm.Decimal = lines[].unitPrice
     purchaseOrderLines[].discountAmount Edm.Decimal
     purchaseOrderLines[].discountPercent Edm.Decimal
     purchaseOrderLines[].taxCode Edm.String(20) = lines[].taxCode
     purchaseOrderLines[].amountExcludingTax Edm.Decimal ~ lines[].netAmount
     purchaseOrderLines[].netAmount Edm.Decimal = lines[].netAmount
     purchaseOrderLines[].expectedReceiptDate Edm.Date = lines[].deliveryDate
     purchaseOrderLines[].receivedQuantity Edm.Decimal
     purchaseOrderLines[].invoicedQuantity Edm.Decimal
     purchaseOrderLines[].receiveQuantity Edm.Decimal
     purchaseOrderLines[].invoiceQuantity Edm.Decimal
     purchaseOrderLines[].itemVariantId Edm.Guid
     purchaseOrderLines[].locationId Edm.Guid = lines[].plant|lines[].storageLocation`,
  ),
  labelled(
    'business-central',
    'items',
    'product',
    `id Edm.Guid
     number Edm.String(20) = productNumber
     displayName Edm.String(100) = description
     type enum = productType
     itemCategoryId Edm.Guid
     itemCategoryCode Edm.String(20) = productGroup
     blocked Edm.Boolean
     gtin Edm.String(14) = gtin
     inventory Edm.Decimal
     unitPrice Edm.Decimal
     unitCost Edm.Decimal
     taxGroupId Edm.Guid
     baseUnitOfMeasureId Edm.Guid
     baseUnitOfMeasureCode Edm.String(10) = baseUnit
     generalProductPostingGroupCode Edm.String(20)
     inventoryPostingGroupCode Edm.String(20)
     lastModifiedDateTime Edm.DateTimeOffset = changedAt`,
  ),
  labelled(
    'business-central',
    'vendors',
    'supplier',
    `id Edm.Guid
     number Edm.String(20) = supplierNumber
     displayName Edm.String(100) = name
     addressLine1 Edm.String(100) = addresses[only].street
     addressLine2 Edm.String(50)
     city Edm.String(30) = addresses[only].city
     state Edm.String(30) = addresses[only].region
     country Edm.String(10) = addresses[only].country
     postalCode Edm.String(20) = addresses[only].postalCode
     phoneNumber Edm.String(30) = phone
     email Edm.String(80) = email
     website Edm.String(80)
     taxRegistrationNumber Edm.String(20) = vatNumber
     currencyId Edm.Guid
     currencyCode Edm.String(10) = currency
     paymentTermsId Edm.Guid = paymentTerms
     paymentMethodId Edm.Guid
     taxLiable Edm.Boolean
     blocked enum = isBlocked
     balance Edm.Decimal
     lastModifiedDateTime Edm.DateTimeOffset = changedAt`,
  ),
  labelled(
    'oracle-ebs',
    'PO_HEADERS_ALL',
    'purchaseOrder',
    `PO_HEADER_ID NUMBER
     SEGMENT1 VARCHAR2(20)
     TYPE_LOOKUP_CODE VARCHAR2(25) ~ orderType
     VENDOR_ID NUMBER = supplier
     VENDOR_SITE_ID NUMBER
     VENDOR_CONTACT_ID NUMBER
     AGENT_ID NUMBER ~ purchasingGroup
     CURRENCY_CODE VARCHAR2(15) = currency
     RATE NUMBER
     RATE_TYPE VARCHAR2(30)
     RATE_DATE timestamp
     TERMS_ID NUMBER = paymentTerms
     SHIP_TO_LOCATION_ID NUMBER
     BILL_TO_LOCATION_ID NUMBER
     AUTHORIZATION_STATUS VARCHAR2(25) = status
     CANCEL_FLAG VARCHAR2(1)
     CLOSED_CODE VARCHAR2(25)
     COMMENTS VARCHAR2(240)
     NOTE_TO_VENDOR VARCHAR2(480)
     ORG_ID NUMBER
     CREATION_DATE timestamp = createdOn
     CREATED_BY NUMBER
     LAST_UPDATE_DATE timestamp = changedAt
     LAST_UPDATED_BY NUMBER
     ATTRIBUTE_CATEGORY VARCHAR2(30)
     ATTRIBUTE1 VARCHAR2(150)
     ATTRIBUTE2 VARCHAR2(150)
     PO_LINES[].PO_LINE_ID NUMBER
     PO_LINES[].LINE_NUM NUMBER = lines[].lineNumber
     PO_LINES[].ITEM_ID NUMBER = lines[].product
     PO_LINES[].ITEM_DESCRIPTION VARCHAR2(240) = lines[].description
     PO_LINES[].CATEGORY_ID NUMBER
     PO_LINES[].UNIT_MEAS_LOOKUP_CODE VARCHAR2(25) ~ lines[].unit
     PO_LINES[].UNIT_PRICE NUMBER = lines[].unitPrice
     PO_LINES[].QUANTITY NUMBER = lines[].quantity
     PO_LINES[].CANCEL_FLAG VARCHAR2(1)
     PO_LINES[].CLOSED_CODE VARCHAR2(25)
     PO_LINES[].VENDOR_PRODUCT_NUM VARCHAR2(25)
     PO_LINES[].LAST_UPDATE_DATE timestamp
     PO_LINES[].LINE_LOCATIONS[].LINE_LOCATION_ID NUMBER
     PO_LINES[].LINE_LOCATIONS[].SHIPMENT_NUM NUMBER = lines[].scheduleLines[].scheduleLineNumber
     PO_LINES[].LINE_LOCATIONS[].QUANTITY NUMBER = lines[].scheduleLines[].quantity
     PO_LINES[].LINE_LOCATIONS[].QUANTITY_RECEIVED NUMBER
     PO_LINES[].LINE_LOCATIONS[].QUANTITY_BILLED NUMBER
     PO_LINES[].LINE_LOCATIONS[].NEED_BY_DATE date = lines[].scheduleLines[].deliveryDate
     PO_LINES[].LINE_LOCATIONS[].PROMISED_DATE date`,
  ),
  labelled(
    'oracle-ebs',
    'MTL_SYSTEM_ITEMS_B',
    'product',
    `INVENTORY_ITEM_ID NUMBER
     ORGANIZATION_ID NUMBER
     ITEM_NUMBER VARCHAR2(40) = productNumber
     DESCRIPTION VARCHAR2(240) = description
     LONG_DESCRIPTION VARCHAR2(4000)
     PRIMARY_UOM_CODE VARCHAR2(3) = baseUnit
     INVENTORY_ITEM_STATUS_CODE VARCHAR2(10)
     ITEM_CATALOG_GROUP_ID NUMBER ~ productGroup
     ITEM_TYPE VARCHAR2(30) = productType
     PURCHASING_ITEM_FLAG VARCHAR2(1)
     PURCHASING_ENABLED_FLAG VARCHAR2(1)
     BUYER_ID NUMBER
     UNIT_WEIGHT NUMBER
     WEIGHT_UOM_CODE VARCHAR2(3) = weightUnit
     CREATION_DATE timestamp = createdOn
     LAST_UPDATE_DATE timestamp = changedAt
     ATTRIBUTE1 VARCHAR2(150)`,
  ),
  labelled(
    'oracle-ebs',
    'AP_INVOICES_INTERFACE',
    'supplierInvoice',
    `INVOICE_ID NUMBER
     INVOICE_NUM VARCHAR2(50) = invoiceNumber
     INVOICE_TYPE_LOOKUP_CODE VARCHAR2(25)
     INVOICE_DATE date = invoiceDate
     GL_DATE date = postingDate
     PO_NUMBER VARCHAR2(20)
     VENDOR_ID NUMBER ~ supplier
     VENDOR_NUM VARCHAR2(30) = supplier
     VENDOR_SITE_ID NUMBER
     VENDOR_SITE_CODE VARCHAR2(15)
     INVOICE_AMOUNT NUMBER = grossAmount
     INVOICE_CURRENCY_CODE VARCHAR2(15) = currency
     EXCHANGE_RATE NUMBER
     TERMS_ID NUMBER ~ paymentTerms
     TERMS_NAME VARCHAR2(50) = paymentTerms
     TERMS_DATE date
     DESCRIPTION VARCHAR2(240)
     SOURCE VARCHAR2(80)
     GROUP_ID VARCHAR2(80)
     PAYMENT_METHOD_CODE VARCHAR2(30)
     PAY_GROUP_LOOKUP_CODE VARCHAR2(25)
     ORG_ID NUMBER
     LEGAL_ENTITY_ID NUMBER ~ companyCode
     STATUS VARCHAR2(25) ~ status
     LINES[].INVOICE_LINE_ID NUMBER
     LINES[].LINE_NUMBER NUMBER = lines[].lineNumber
     LINES[].LINE_TYPE_LOOKUP_CODE VARCHAR2(25)
     LINES[].AMOUNT NUMBER = lines[].netAmount
     LINES[].DESCRIPTION VARCHAR2(240) = lines[].description
     LINES[].PO_NUMBER VARCHAR2(20) = lines[].order
     LINES[].PO_LINE_NUMBER NUMBER = lines[].orderLine
     LINES[].DIST_CODE_COMBINATION_ID NUMBER`,
  ),
  labelled(
    'german-erp',
    'Bestellungen',
    'purchaseOrder',
    `Bestellnummer varchar(20) = orderNumber
     Bestelldatum varchar(10) = orderDate
     Lieferantennummer varchar(20) = supplier
     Lieferantenname varchar(80)
     Währung varchar(3) = currency
     Zahlungsbedingung varchar(10) = paymentTerms
     Gesamtbetrag decimal(15,2) = totalAmount
     Bearbeiter varchar(40)
     Geändert_am datetime = changedAt
     Erstellungsdatum varchar(10) = createdOn
     Positionen[].Positionsnummer integer = lines[].lineNumber
     Positionen[].Artikelnummer varchar(40) = lines[].product
     Positionen[].Bezeichnung varchar(80) = lines[].description
     Positionen[].Bestellmenge decimal(13,3) = lines[].quantity
     Positionen[].Mengeneinheit varchar(5) = lines[].unit
     Positionen[].Einzelpreis decimal(15,4) = lines[].unitPrice
     Positionen[].Preiseinheit integer = lines[].priceQuantity
     Positionen[].Nettobetrag decimal(15,2) = lines[].netAmount
     Positionen[].Liefertermin varchar(10) ~ lines[].deliveryDate
     Positionen[].Lieferdatum varchar(10) = lines[].deliveryDate
     Positionen[].Werk varchar(4) = lines[].plant
     Positionen[].Lagerort varchar(4) = lines[].storageLocation
     Positionen[].Steuerkennzeichen varchar(2) = lines[].taxCode
     Positionen[].Gelieferte_Menge decimal(13,3)`,
    [
      {
        Bestellnummer: 'B-2026-0001',
        Bestelldatum: '31.01.2026',
        Lieferantennummer: '70012',
        Währung: 'EUR',
        Gesamtbetrag: '120.00',
        Erstellungsdatum: '30.01.2026',
        Positionen: [
          {
            Positionsnummer: 1,
            Mengeneinheit: 'Stk',
            Bestellmenge: '12.000',
            Lieferdatum: '15.02.2026',
          },
          {
            Positionsnummer: 2,
            Mengeneinheit: 'kg',
            Bestellmenge: '0.500',
            Lieferdatum: '16.02.2026',
          },
        ],
      },
      {
        Bestellnummer: 'B-2026-0002',
        Bestelldatum: '02.02.2026',
        Lieferantennummer: '70013',
        Währung: 'CHF',
        Gesamtbetrag: '99.90',
        Erstellungsdatum: '02.02.2026',
        Positionen: [
          {
            Positionsnummer: 1,
            Mengeneinheit: 'Stk',
            Bestellmenge: '3.000',
            Lieferdatum: '20.02.2026',
          },
        ],
      },
    ],
  ),
  labelled(
    'german-erp',
    'Lieferanten',
    'supplier',
    `Kreditorennummer varchar(10) = supplierNumber
     Name varchar(80) = name
     Name2 varchar(80) = name2
     Suchbegriff varchar(20)
     Straße varchar(60) = addresses[only].street
     Hausnummer varchar(10) = addresses[only].houseNumber
     PLZ varchar(10) = addresses[only].postalCode
     Ort varchar(40) = addresses[only].city
     Bundesland varchar(3) = addresses[only].region
     Land varchar(2) = addresses[only].country
     Telefon varchar(30) = phone
     Telefax varchar(30)
     E-Mail varchar(80) = email
     USt-Id varchar(14) = vatNumber
     Währung varchar(3) = currency
     Zahlungsbedingung varchar(4) = paymentTerms
     Gesperrt varchar(1) = isBlocked
     Anlagedatum varchar(10) = createdOn
     Bankkonto varchar(34)`,
  ),
  labelled(
    'german-erp',
    'Artikel',
    'product',
    `Artikelnummer varchar(40) = productNumber
     Artikelbezeichnung varchar(80) = description
     Artikelgruppe varchar(10) = productGroup
     Artikelart varchar(4) = productType
     Basismengeneinheit varchar(5) = baseUnit
     Bruttogewicht decimal(13,3) = grossWeight
     Nettogewicht decimal(13,3) = netWeight
     Gewichtseinheit varchar(5) = weightUnit
     EAN varchar(18) = gtin
     Herstellerteilenummer varchar(40) = manufacturerPartNumber
     Ursprungsland varchar(2) = countryOfOrigin
     Löschkennzeichen varchar(1) = isMarkedForDeletion
     Verkaufspreis decimal(15,2)
     Mindestbestand decimal(13,3)
     Änderungsdatum datetime = changedAt`,
  ),
];
