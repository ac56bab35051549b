// biome-ignore-all lint/suspicious/noExplicitAny: the types belong to generated code.
import {
  BatchChangeSet,
  CreateRequestBuilder,
  CustomField,
  DeleteRequestBuilder,
  defaultDeSerializers,
  Entity,
  entityBuilder,
  FieldBuilder,
  GetAllRequestBuilder,
  GetByKeyRequestBuilder,
  ODataBatchRequestBuilder,
  OneToManyLink,
  UpdateRequestBuilder,
} from '@sap-cloud-sdk/odata-v2';

// What SAP's generator makes of $metadata, by hand and for few fields. Its own types follow the generated
// classes, which are not here, so this one file goes without them.

const basePath = '/sap/opu/odata/sap/API_PURCHASEORDER_PROCESS_SRV';

class Item extends Entity {
  static override _entityName = 'A_PurchaseOrderItem';
  static override _defaultBasePath = basePath;
  static _keys = ['PurchaseOrder', 'PurchaseOrderItem'];
}
class Order extends Entity {
  static override _entityName = 'A_PurchaseOrder';
  static override _defaultBasePath = basePath;
  static _keys = ['PurchaseOrder'];
}

function createApi(
  entityConstructor: typeof Order | typeof Item,
  fields: Readonly<Record<string, string>>,
  links: (api: any) => object = () => ({}),
): any {
  const fieldBuilder = new FieldBuilder(entityConstructor as never, defaultDeSerializers);
  const api: any = {
    deSerializers: defaultDeSerializers,
    entityConstructor,
    entityBuilder: () => entityBuilder(api),
    customField: (name: string) =>
      new CustomField(name, entityConstructor as never, defaultDeSerializers),
    requestBuilder: () => ({
      getAll: () => new GetAllRequestBuilder(api),
      getByKey: (...key: readonly string[]) =>
        new GetByKeyRequestBuilder(
          api,
          Object.fromEntries(entityConstructor._keys.map((name, index) => [name, key[index]])),
        ),
      create: (entity: any) => new CreateRequestBuilder(api, entity),
      update: (entity: any) => new UpdateRequestBuilder(api, entity),
      delete: (entity: any) => new DeleteRequestBuilder(api, entity),
    }),
  };
  api.schema = {
    ...Object.fromEntries(
      Object.entries(fields).map(([name, type]) => [
        name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase(),
        fieldBuilder.buildEdmTypeField(name, type as never, true),
      ]),
    ),
    ...links(api),
  };
  return api;
}

/** Order items as SAP's SDK sees them. */
export const sdkItems = createApi(Item, {
  PurchaseOrder: 'Edm.String',
  PurchaseOrderItem: 'Edm.String',
  Material: 'Edm.String',
  Plant: 'Edm.String',
  OrderQuantity: 'Edm.Decimal',
  NetPriceAmount: 'Edm.Decimal',
});

/** Orders as SAP's SDK sees them. */
export const sdkOrders = createApi(
  Order,
  {
    PurchaseOrder: 'Edm.String',
    CompanyCode: 'Edm.String',
    PurchaseOrderType: 'Edm.String',
    Supplier: 'Edm.String',
    PurchasingOrganization: 'Edm.String',
    PurchasingGroup: 'Edm.String',
    DocumentCurrency: 'Edm.String',
    PurchaseOrderDate: 'Edm.DateTime',
    PaymentTerms: 'Edm.String',
    LastChangeDateTime: 'Edm.DateTimeOffset',
  },
  (api) => ({ TO_PURCHASE_ORDER_ITEM: new OneToManyLink('to_PurchaseOrderItem', api, sdkItems) }),
);

/** The SDK's own values: its big number, its moment. */
export const sdkDecimal = (text: string) => defaultDeSerializers['Edm.Decimal'].deserialize(text);
export const sdkDate = (date: string) =>
  defaultDeSerializers['Edm.DateTime'].deserialize(`/Date(${Date.parse(date)})/`);

export const sdkBatch = (...requests: readonly any[]): any =>
  new ODataBatchRequestBuilder(basePath, [...requests]);
export const sdkChangeSet = (...requests: readonly any[]): any => new BatchChangeSet([...requests]);
