import { type LabelledEntity, labelled } from './labelled-entity.fixture.ts';

/**
 * What the confidence was fitted to, beside the tuning set, whose words the tables know too well: Salesforce
 * and Oracle Fusion. Field names: the systems' own documentation.
 */
export const calibrationSet: readonly LabelledEntity[] = [
  labelled(
    'salesforce',
    'Account',
    'customer',
    `Id id
     Name string(255) = name
     Type picklist
     ParentId reference
     BillingStreet textarea(255) = addresses[kind=billing].street
     BillingCity string(40) = addresses[kind=billing].city
     BillingState string(80) = addresses[kind=billing].region
     BillingPostalCode string(20) = addresses[kind=billing].postalCode
     BillingCountry string(80) = addresses[kind=billing].country
     ShippingStreet textarea(255) = addresses[kind=shipping].street
     ShippingCity string(40) = addresses[kind=shipping].city
     ShippingState string(80) = addresses[kind=shipping].region
     ShippingPostalCode string(20) = addresses[kind=shipping].postalCode
     ShippingCountry string(80) = addresses[kind=shipping].country
     Phone phone(40) = phone
     Fax phone(40)
     Website url(255)
     Industry picklist
     AnnualRevenue currency(18,0)
     NumberOfEmployees int
     OwnerId reference
     AccountNumber string(40) = customerNumber
     Description textarea(32000)
     CreatedDate datetime = createdOn
     LastModifiedDate datetime = changedAt
     SystemModstamp datetime ~ changedAt
     IsDeleted boolean = isMarkedForDeletion
     ERP_Number__c string(20) ~ externalReference
     Shoe_Size__c double(3,0)`,
  ),
  labelled(
    'salesforce',
    'Product2',
    'product',
    `Id id
     Name string(255) = description
     ProductCode string(255) = productNumber
     Description textarea(4000) = description
     IsActive boolean
     Family picklist = productGroup
     ExternalId string(255)
     QuantityUnitOfMeasure picklist = baseUnit
     StockKeepingUnit string(180) = productNumber
     DisplayUrl url(1000)
     IsDeleted boolean = isMarkedForDeletion
     CreatedDate datetime = createdOn
     SystemModstamp datetime = changedAt
     Colour__c string(20)`,
  ),
  labelled(
    'salesforce',
    'Order',
    'salesOrder',
    `Id id
     AccountId reference = customer
     ContractId reference
     Pricebook2Id reference
     EffectiveDate date = orderDate
     EndDate date
     Status picklist = status
     StatusCode picklist ~ status
     OrderNumber string(30) = orderNumber
     TotalAmount currency(18,2) = totalAmount
     Type picklist = orderType
     BillingCity string(40)
     ShippingCity string(40)
     CurrencyIsoCode picklist = currency
     PoNumber string(80) = externalReference
     CreatedDate datetime
     SystemModstamp datetime = changedAt
     OrderItems[].Id id
     OrderItems[].OrderId reference
     OrderItems[].PricebookEntryId reference
     OrderItems[].Product2Id reference = lines[].product
     OrderItems[].Quantity double(18,2) = lines[].quantity
     OrderItems[].UnitPrice currency(18,2) = lines[].unitPrice
     OrderItems[].ListPrice currency(18,2)
     OrderItems[].TotalPrice currency(18,2) = lines[].netAmount
     OrderItems[].ServiceDate date
     OrderItems[].EndDate date
     OrderItems[].Description string(255) = lines[].description
     OrderItems[].OrderItemNumber string(30) = lines[].lineNumber`,
  ),
  labelled(
    'salesforce',
    'Purchase_Order__c',
    'purchaseOrder',
    `Id id
     Name string(80) ~ orderNumber
     OwnerId reference
     PO_Number__c string(20) = orderNumber
     Vendor__c reference = supplier
     Order_Date__c date = orderDate
     Status__c picklist = status
     CurrencyIsoCode picklist = currency
     Total_Amount__c currency(16,2) = totalAmount
     Payment_Terms__c picklist = paymentTerms
     Approver__c reference
     Internal_Notes__c textarea(32000)
     Region_Lead__c reference
     CreatedDate datetime = createdOn
     SystemModstamp datetime = changedAt
     Purchase_Order_Lines__r[].Id id
     Purchase_Order_Lines__r[].Line_Number__c double(4,0) = lines[].lineNumber
     Purchase_Order_Lines__r[].Product__c reference = lines[].product
     Purchase_Order_Lines__r[].Quantity__c double(16,3) = lines[].quantity
     Purchase_Order_Lines__r[].Unit__c picklist = lines[].unit
     Purchase_Order_Lines__r[].Unit_Price__c currency(16,2) = lines[].unitPrice
     Purchase_Order_Lines__r[].Delivery_Date__c date = lines[].deliveryDate
     Purchase_Order_Lines__r[].Inspection_Result__c picklist`,
  ),
  labelled(
    'oracle-fusion',
    'purchaseOrders',
    'purchaseOrder',
    `POHeaderId integer
     OrderNumber string(30) = orderNumber
     DocumentStyle string(240) ~ orderType
     DocumentStyleId integer
     Status string(80) = status
     StatusCode string(25) ~ status
     ProcurementBU string(240) = purchasingOrganization
     ProcurementBUId integer ~ purchasingOrganization
     RequisitioningBU string(240)
     BillToBU string(240)
     Buyer string(240) ~ buyer|purchasingGroup
     BuyerId integer
     Supplier string(360) ~ supplier
     SupplierId integer = supplier
     SupplierSite string(240)
     SupplierSiteId integer
     SupplierContact string(360)
     Currency string(80)
     CurrencyCode string(15) = currency
     Description string(240)
     CreationDate datetime = createdOn
     LastUpdateDate datetime = changedAt
     Total number = totalAmount
     lines[].POLineId integer
     lines[].LineNumber integer = lines[].lineNumber
     lines[].LineType string(30)
     lines[].Item string(300) = lines[].product
     lines[].Description string(240) = lines[].description
     lines[].Category string(2400)
     lines[].Quantity number = lines[].quantity
     lines[].UOM string(25) = lines[].unit
     lines[].UOMCode string(3) = lines[].unit
     lines[].Price number = lines[].unitPrice
     lines[].schedules[].ScheduleNumber integer = lines[].scheduleLines[].scheduleLineNumber
     lines[].schedules[].ShipToLocation string(240)
     lines[].schedules[].ShipToOrganization string(240)
     lines[].schedules[].NeedByDate date ~ lines[].scheduleLines[].deliveryDate
     lines[].schedules[].RequestedDeliveryDate date = lines[].scheduleLines[].deliveryDate
     lines[].schedules[].PromisedDeliveryDate date ~ lines[].scheduleLines[].deliveryDate
     lines[].schedules[].Quantity number = lines[].scheduleLines[].quantity`,
  ),
  labelled(
    'oracle-fusion',
    'suppliers',
    'supplier',
    `SupplierId integer
     Supplier string(360) = name
     SupplierNumber string(30) = supplierNumber
     BusinessRelationship string(80)
     Status string(30)
     CreationDate datetime = createdOn
     LastUpdateDate datetime = changedAt
     TaxRegistrationNumber string(20) = vatNumber
     addresses[].AddressName string(240) = addresses[].name
     addresses[].AddressLine1 string(240) = addresses[].street
     addresses[].City string(60) = addresses[].city
     addresses[].PostalCode string(60) = addresses[].postalCode
     addresses[].State string(60) = addresses[].region
     addresses[].CountryCode string(2) = addresses[].country
     addresses[].PhoneNumber string(40)`,
  ),
  labelled(
    'oracle-fusion',
    'invoices',
    'supplierInvoice',
    `InvoiceId integer
     InvoiceNumber string(50) = invoiceNumber
     InvoiceCurrency string(15) = currency
     InvoiceAmount number = grossAmount
     InvoiceDate date = invoiceDate
     BusinessUnit string(240)
     Supplier string(360) = supplier
     SupplierSite string(240)
     InvoiceGroup string(80)
     Description string(240)
     AccountingDate date = postingDate
     PaymentTerms string(50) = paymentTerms
     LastUpdateDate datetime = changedAt
     invoiceLines[].LineNumber integer = lines[].lineNumber
     invoiceLines[].LineType string(25)
     invoiceLines[].Quantity number = lines[].quantity
     invoiceLines[].UnitPrice number = lines[].unitPrice
     invoiceLines[].LineAmount number = lines[].netAmount
     invoiceLines[].Description string(240) = lines[].description
     invoiceLines[].PurchaseOrderNumber string(50) = lines[].order
     invoiceLines[].PurchaseOrderLineNumber integer = lines[].orderLine
     invoiceLines[].PurchaseOrderScheduleLineNumber integer`,
  ),
];
