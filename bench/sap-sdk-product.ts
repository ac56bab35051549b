import {
  CustomField,
  type DefaultDeSerializers,
  defaultDeSerializers,
  Entity,
  type EntityApi,
  entityBuilder,
  FieldBuilder,
  GetAllRequestBuilder,
  RequestBuilder,
} from '@sap-cloud-sdk/odata-v2';

/** The product in the form that SAP's generator gives its entities. */
class SdkProduct extends Entity {
  static override _entityName = 'A_Product';
  static override _defaultBasePath = '/sap/opu/odata/sap/API_PRODUCT_SRV';
  static _keys = ['Product'];
}

class SdkProductRequestBuilder extends RequestBuilder<SdkProduct, DefaultDeSerializers> {
  getAll(): GetAllRequestBuilder<SdkProduct, DefaultDeSerializers> {
    return new GetAllRequestBuilder(this.entityApi as SdkProductApi);
  }
}

const fields = [
  ['product', 'Product', 'Edm.String'],
  ['productType', 'ProductType', 'Edm.String'],
  ['crossPlantStatus', 'CrossPlantStatus', 'Edm.String'],
  ['creationDate', 'CreationDate', 'Edm.DateTime'],
  ['createdByUser', 'CreatedByUser', 'Edm.String'],
  ['lastChangeDate', 'LastChangeDate', 'Edm.DateTime'],
  ['lastChangedByUser', 'LastChangedByUser', 'Edm.String'],
  ['lastChangeDateTime', 'LastChangeDateTime', 'Edm.DateTimeOffset'],
  ['isMarkedForDeletion', 'IsMarkedForDeletion', 'Edm.Boolean'],
  ['productOldId', 'ProductOldID', 'Edm.String'],
  ['grossWeight', 'GrossWeight', 'Edm.Decimal'],
  ['netWeight', 'NetWeight', 'Edm.Decimal'],
  ['weightUnit', 'WeightUnit', 'Edm.String'],
  ['materialVolume', 'MaterialVolume', 'Edm.Decimal'],
  ['countryOfOrigin', 'CountryOfOrigin', 'Edm.String'],
  ['productGroup', 'ProductGroup', 'Edm.String'],
  ['baseUnit', 'BaseUnit', 'Edm.String'],
  ['productStandardId', 'ProductStandardID', 'Edm.String'],
  ['isBatchManagementRequired', 'IsBatchManagementRequired', 'Edm.Boolean'],
  ['purchaseOrderQuantityUnit', 'PurchaseOrderQuantityUnit', 'Edm.String'],
] as const;

class SdkProductApi implements EntityApi<SdkProduct, DefaultDeSerializers> {
  readonly deSerializers = defaultDeSerializers;
  readonly entityConstructor = SdkProduct;
  readonly schema: Record<string, unknown>;

  constructor() {
    const builder = new FieldBuilder(SdkProduct, this.deSerializers);
    this.schema = Object.fromEntries(
      fields.map(([, name, type]) => [
        name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase(),
        builder.buildEdmTypeField(name, type, name !== 'Product'),
      ]),
    );
  }

  requestBuilder(): SdkProductRequestBuilder {
    return new SdkProductRequestBuilder(this);
  }

  entityBuilder(): never {
    return entityBuilder(this) as never;
  }

  customField<Nullable extends boolean>(name: string) {
    return new CustomField(name, SdkProduct, this.deSerializers) as CustomField<
      SdkProduct,
      DefaultDeSerializers,
      Nullable
    >;
  }
}

/** Reads the page as typed entities of SAP's SDK. */
export async function readWithSapSdk(baseUrl: string): Promise<readonly object[]> {
  return new SdkProductApi().requestBuilder().getAll().execute({ url: baseUrl });
}
