import { defineService, toMany, toOne } from '../odata/define.ts';

/** `API_PRODUCT_SRV` (sap.md 1.6); no ETag; products cannot be deleted, only marked. */
export const productService = defineService({
  id: 'API_PRODUCT_SRV',
  title: 'Product Master',
  odataVersion: 2,
  path: '/sap/opu/odata/sap/API_PRODUCT_SRV',
  namespace: 'API_PRODUCT_SRV',
  sets: [
    {
      name: 'A_Product',
      table: 'product',
      isDeletable: false,
      properties: `
        Product S40 key upper
        ProductType S4 fixed
        CrossPlantStatus S2
        CrossPlantStatusValidityDate DATE
        CreationDate DATE ro
        CreatedByUser S12 ro
        LastChangeDate DATE ro
        LastChangedByUser S12 ro
        LastChangeDateTime DTO ro
        IsMarkedForDeletion B
        ProductOldID S40
        GrossWeight D13.3 unit=WeightUnit
        PurchaseOrderQuantityUnit S3 uom
        SourceOfSupply S1
        WeightUnit S3 uom
        NetWeight D13.3 unit=WeightUnit
        CountryOfOrigin S3
        ProductGroup S9
        BaseUnit S3 fixed uom
        ItemCategoryGroup S4
        ProductHierarchy S18
        Division S2
        MaterialVolume D13.3 unit=VolumeUnit
        VolumeUnit S3 uom
        IsBatchManagementRequired B
        AuthorizationGroup S4
        ProductStandardID S18
        InternationalArticleNumberCat S2
        ProductManufacturerNumber S40
        ManufacturerNumber S10
        ExternalProductGroup S18
        CrossPlantConfigurableProduct S40
        SerialNumberProfile S4
        IndustrySector S1 fixed
        YY1_ReleasedOn_PRD DATE
        YY1_Sustainability_PRD S20
        YY1_Margin_PRD D7.2
        YY1_LegacyNumber_PRD I64
        YY1_ListPrice_PRD D9.2
      `,
      navigations: [
        toMany('to_Description', 'A_ProductDescription', 'Product'),
        toMany('to_Plant', 'A_ProductPlant', 'Product'),
        toMany('to_ProductUnitsOfMeasure', 'A_ProductUnitsOfMeasure', 'Product'),
        toMany('to_SalesDelivery', 'A_ProductSalesDelivery', 'Product'),
        toMany('to_Valuation', 'A_ProductValuation', 'Product'),
        toOne('to_ProductProcurement', 'A_ProductProcurement', 'Product'),
      ],
    },
    {
      name: 'A_ProductDescription',
      table: 'productDescription',
      properties: `
        Product S40 key upper
        Language S2 key upper
        ProductDescription S40
      `,
    },
    {
      name: 'A_ProductPlant',
      table: 'productPlant',
      isDeletable: false,
      properties: `
        Product S40 key upper
        Plant S4 key upper
        PurchasingGroup S3
        CountryOfOrigin S3
        ProductionInvtryManagedLoc S4
        ProfileCode S2
        AvailabilityCheckType S2
        FiscalYearVariant S2
        ProfitCenter S10 alpha
        Commodity S17
        GoodsReceiptDuration D3.0
        IsMarkedForDeletion B
        MRPType S2
        MRPResponsible S3
        ABCIndicator S1
        MinimumLotSizeQuantity D13.3 unit=BaseUnit
        MaximumLotSizeQuantity D13.3 unit=BaseUnit
        FixedLotSizeQuantity D13.3 unit=BaseUnit
        ProcurementType S1
        BaseUnit S3 ro uom
        IsBatchManagementRequired B
        SerialNumberProfile S4
        IsNegativeStockAllowed B
      `,
      navigations: [toMany('to_StorageLocation', 'A_ProductStorageLocation', 'Product Plant')],
    },
    {
      name: 'A_ProductStorageLocation',
      table: 'productStorageLocation',
      isDeletable: false,
      properties: `
        Product S40 key upper
        Plant S4 key upper
        StorageLocation S4 key
        WarehouseStorageBin S10
        MaintenanceStatus S15 ro
        IsMarkedForDeletion B
      `,
    },
    {
      name: 'A_ProductUnitsOfMeasure',
      table: 'productUnitOfMeasure',
      properties: `
        Product S40 key upper
        AlternativeUnit S3 key uom
        QuantityNumerator D5.0
        QuantityDenominator D5.0
        MaterialVolume D13.3 unit=VolumeUnit
        VolumeUnit S3 uom
        GrossWeight D13.3 unit=WeightUnit
        WeightUnit S3 uom
        GlobalTradeItemNumber S18
        GlobalTradeItemNumberCategory S2
        BaseUnit S3 ro uom
      `,
    },
    {
      name: 'A_ProductProcurement',
      table: 'productProcurement',
      isCreatable: false,
      isDeletable: false,
      properties: `
        Product S40 key upper
        PurchaseOrderQuantityUnit S3 uom
        VarblPurOrdUnitStatus S1
        PurchasingAcknProfile S4
      `,
    },
    {
      name: 'A_ProductSalesDelivery',
      table: 'productSalesDelivery',
      isDeletable: false,
      properties: `
        Product S40 key upper
        ProductSalesOrg S4 key
        ProductDistributionChnl S2 key
        MinimumOrderQuantity D13.3 unit=BaseUnit
        ItemCategoryGroup S4
        SalesMeasureUnit S3 uom
        AccountDetnProductGroup S2
        BaseUnit S3 ro uom
        IsMarkedForDeletion B
      `,
    },
    {
      name: 'A_ProductValuation',
      table: 'productValuation',
      isDeletable: false,
      properties: `
        Product S40 key upper
        ValuationArea S4 key
        ValuationType S10 key
        ValuationClass S4
        PriceDeterminationControl S1
        StandardPrice D12.3 unit=Currency
        PriceUnitQty D5.0
        InventoryValuationProcedure S1
        IsMarkedForDeletion B
        MovingAveragePrice D12.3 unit=Currency
        Currency S5 currency
      `,
    },
  ],
});
