import { defineService, toMany, toOne } from '../odata/define.ts';

/**
 * `API_BUSINESS_PARTNER` (sap.md 1.7). No LastChangeDateTime here, only date and time; customers
 * and suppliers are created only by deep insert from a business partner.
 */
export const businessPartnerService = defineService({
  id: 'API_BUSINESS_PARTNER',
  title: 'Business Partner (A2X)',
  odataVersion: 2,
  path: '/sap/opu/odata/sap/API_BUSINESS_PARTNER',
  namespace: 'API_BUSINESS_PARTNER',
  sets: [
    {
      name: 'A_BusinessPartner',
      table: 'businessPartner',
      isDeletable: false,
      properties: `
        BusinessPartner S10 key alpha
        Customer S10 ro alpha
        Supplier S10 ro alpha
        AcademicTitle S4
        AuthorizationGroup S4
        BusinessPartnerCategory S1 fixed
        BusinessPartnerFullName S81 ro
        BusinessPartnerGrouping S4 fixed
        BusinessPartnerName S81 ro
        BusinessPartnerUUID G ro
        CorrespondenceLanguage S2 upper
        CreatedByUser S12 ro
        CreationDate DATE ro
        CreationTime T ro
        FirstName S40
        LastName S40
        FormOfAddress S4
        Industry S10
        IsFemale B
        IsMale B
        LastChangeDate DATE ro
        LastChangeTime T ro
        LastChangedByUser S12 ro
        LegalForm S2
        OrganizationBPName1 S40
        OrganizationBPName2 S40
        OrganizationBPName3 S40
        OrganizationBPName4 S40
        OrganizationFoundationDate DATE
        SearchTerm1 S20
        SearchTerm2 S20
        BusinessPartnerIsBlocked B
        IsMarkedForArchiving B
        BusinessPartnerIDByExtSystem S20
        TradingPartner S6
        ETag S26 ro
        YY1_CommonCompanyId_BP S40
      `,
      navigations: [
        toMany('to_BusinessPartnerAddress', 'A_BusinessPartnerAddress', 'BusinessPartner'),
        toMany('to_BusinessPartnerBank', 'A_BusinessPartnerBank', 'BusinessPartner'),
        toMany('to_BusinessPartnerRole', 'A_BusinessPartnerRole', 'BusinessPartner'),
        toMany('to_BusinessPartnerTax', 'A_BusinessPartnerTaxNumber', 'BusinessPartner'),
        toOne('to_Customer', 'A_Customer', 'Customer'),
        toOne('to_Supplier', 'A_Supplier', 'Supplier'),
      ],
    },
    {
      name: 'A_BusinessPartnerAddress',
      table: 'businessPartnerAddress',
      properties: `
        BusinessPartner S10 key alpha
        AddressID S10 key alpha
        ValidityStartDate DTO ro
        ValidityEndDate DTO ro
        AddressUUID G ro
        AddressTimeZone S6
        CareOfName S40
        CityName S40
        Country S3 upper
        County S40
        District S40
        FullName S80 ro
        HouseNumber S10
        Language S2 upper
        POBox S10
        PostalCode S10
        Region S3
        StreetName S60
        StreetPrefixName S40
        TransportZone S10
      `,
      navigations: [
        toMany('to_EmailAddress', 'A_AddressEmailAddress', 'AddressID'),
        toMany('to_PhoneNumber', 'A_AddressPhoneNumber', 'AddressID'),
      ],
    },
    {
      name: 'A_AddressEmailAddress',
      table: 'addressEmailAddress',
      properties: `
        AddressID S10 key alpha
        Person S10 key alpha
        OrdinalNumber S3 key numc
        IsDefaultEmailAddress B
        EmailAddress S241
        SearchEmailAddress S20 ro
      `,
    },
    {
      name: 'A_AddressPhoneNumber',
      table: 'addressPhoneNumber',
      properties: `
        AddressID S10 key alpha
        Person S10 key alpha
        OrdinalNumber S3 key numc
        DestinationLocationCountry S3
        IsDefaultPhoneNumber B
        PhoneNumber S30
        PhoneNumberExtension S10
        InternationalPhoneNumber S30 ro
      `,
    },
    {
      name: 'A_BusinessPartnerRole',
      table: 'businessPartnerRole',
      properties: `
        BusinessPartner S10 key alpha
        BusinessPartnerRole S6 key upper
        ValidFrom DTO
        ValidTo DTO
      `,
    },
    {
      name: 'A_BusinessPartnerTaxNumber',
      table: 'businessPartnerTaxNumber',
      properties: `
        BusinessPartner S10 key alpha
        BPTaxType S4 key upper
        BPTaxNumber S20
        BPTaxLongNumber S60
      `,
    },
    {
      name: 'A_BusinessPartnerBank',
      table: 'businessPartnerBank',
      properties: `
        BusinessPartner S10 key alpha
        BankIdentification S4 key
        BankCountryKey S3
        BankName S60 ro
        BankNumber S15
        SWIFTCode S11 ro
        BankControlKey S2
        BankAccountHolderName S60
        IBAN S34
        BankAccount S18
      `,
    },
    {
      name: 'A_Supplier',
      table: 'supplier',
      isCreatable: false,
      isDeletable: false,
      properties: `
        Supplier S10 key alpha
        AuthorizationGroup S4
        CreatedByUser S12 ro
        CreationDate DATE ro
        Customer S10 ro alpha
        PaymentIsBlockedForSupplier B
        PostingIsBlocked B
        PurchasingIsBlocked B
        SupplierAccountGroup S4 fixed
        SupplierFullName S220 ro
        SupplierName S80 ro
        VATRegistration S20
        DeletionIndicator B
        TaxNumber1 S16 ro
        SupplierCorporateGroup S10
        SupplierProcurementBlock S2
      `,
      navigations: [
        toMany('to_SupplierCompany', 'A_SupplierCompany', 'Supplier'),
        toMany('to_SupplierPurchasingOrg', 'A_SupplierPurchasingOrg', 'Supplier'),
      ],
    },
    {
      name: 'A_SupplierCompany',
      table: 'supplierCompany',
      isDeletable: false,
      properties: `
        Supplier S10 key alpha
        CompanyCode S4 key
        CompanyCodeName S25 ro
        PaymentBlockingReason S1
        SupplierIsBlockedForPosting B
        PaymentMethodsList S10
        PaymentTerms S4
        ReconciliationAccount S10 alpha
        DeletionIndicator B
        SupplierAccountGroup S4 ro
      `,
    },
    {
      name: 'A_SupplierPurchasingOrg',
      table: 'supplierPurchasingOrg',
      isDeletable: false,
      properties: `
        Supplier S10 key alpha
        PurchasingOrganization S4 key
        IncotermsClassification S3
        IncotermsTransferLocation S28
        IncotermsLocation1 S70
        InvoiceIsGoodsReceiptBased B
        IsOrderAcknRqd B
        MaterialPlannedDeliveryDurn D3.0
        PaymentTerms S4
        PurOrdAutoGenerationIsAllowed B
        PurchaseOrderCurrency S5 currency
        PurchasingGroup S3
        PurchasingIsBlockedForSupplier B
        SupplierConfirmationControlKey S4
        SupplierRespSalesPersonName S30
        SupplierPhoneNumber S16
        DeletionIndicator B
      `,
    },
    {
      name: 'A_Customer',
      table: 'customer',
      isCreatable: false,
      isDeletable: false,
      properties: `
        Customer S10 key alpha
        AuthorizationGroup S4
        BillingIsBlockedForCustomer S2
        CreatedByUser S12 ro
        CreationDate DATE ro
        CustomerAccountGroup S4 fixed
        CustomerClassification S2
        CustomerFullName S220 ro
        CustomerName S80 ro
        DeliveryIsBlocked S2
        OrderIsBlockedForCustomer S2
        PostingIsBlocked B
        Supplier S10 ro alpha
        VATRegistration S20
        DeletionIndicator B
        TaxNumber1 S16 ro
      `,
      navigations: [
        toMany('to_CustomerCompany', 'A_CustomerCompany', 'Customer'),
        toMany('to_CustomerSalesArea', 'A_CustomerSalesArea', 'Customer'),
      ],
    },
    {
      name: 'A_CustomerCompany',
      table: 'customerCompany',
      isDeletable: false,
      properties: `
        Customer S10 key alpha
        CompanyCode S4 key
        PaymentBlockingReason S1
        PaymentMethodsList S10
        PaymentTerms S4
        ReconciliationAccount S10 alpha
        DeletionIndicator B
        CustomerAccountGroup S4 ro
      `,
    },
    {
      name: 'A_CustomerSalesArea',
      table: 'customerSalesArea',
      isDeletable: false,
      properties: `
        Customer S10 key alpha
        SalesOrganization S4 key
        DistributionChannel S2 key
        Division S2 key
        Currency S5 currency
        CustomerPaymentTerms S4
        DeliveryIsBlockedForCustomer S2
        IncotermsClassification S3
        IncotermsLocation1 S70
        OrderIsBlockedForCustomer S2
        SalesGroup S3
        SalesOffice S4
        ShippingCondition S2
        SupplyingPlant S4
        DeletionIndicator B
      `,
    },
  ],
});
