import type { SeededRandom } from '../../toolkit/seeded-random.ts';
import type { PurchaseOrders } from '../behaviour/purchase-orders.ts';
import { companyCodes } from '../model/organization.ts';
import { addDays, instantOf } from '../odata/instant.ts';
import type { Store } from '../odata/store.ts';
import { firstSupplierNumber } from './business-partner-seed.ts';
import { plantsOf, productNumber, thousandths } from './product-seed.ts';

export interface PurchaseOrderSeed {
  readonly store: Store;
  readonly purchaseOrders: PurchaseOrders;
  readonly count: number;
  readonly products: number;
  readonly suppliers: number;
  readonly currencies: readonly string[];
  readonly random: SeededRandom;
  readonly now: number;
}

export const seedUser = 'MZ_BUYER';

/** Orders of 2–5 items, made before the clock's start, some in the same second. */
export function seedPurchaseOrders(seed: PurchaseOrderSeed): void {
  if (seed.count > 0 && (seed.products < 1 || seed.suppliers < 1)) {
    throw new RangeError('Purchase orders need at least one product and one supplier.');
  }
  for (let index = 0; index < seed.count; index += 1) seedOrder(seed, index);
}

function seedOrder(seed: PurchaseOrderSeed, index: number): void {
  const { store, random, count, purchaseOrders } = seed;
  const company = companyCodes[random.chance(0.25) && seed.products > 1 ? 1 : 0]!;
  const plant = company.plants[0]!;
  const supplier = String(firstSupplierNumber + random.integer(0, seed.suppliers - 1));
  const changed =
    Math.floor(seed.now / 1_000) * 1_000 - (Math.floor((count - index) / 4) + 600) * 1_000;
  const LastChangeDateTime = instantOf(changed + ((index * 37) % 1_000), (index * 131) % 10_000);
  const date = addDays(LastChangeDateTime.slice(0, 10), -random.integer(0, 30));
  const PurchaseOrder = purchaseOrders.nextNumber();
  const currency = random.pick(seed.currencies);
  store.table('purchaseOrder').insert({
    PurchaseOrder,
    CompanyCode: company.companyCode,
    PurchaseOrderType: 'NB',
    PurchasingProcessingStatus: '02',
    CreatedByUser: seedUser,
    CreationDate: date,
    LastChangeDateTime,
    changeStamp: LastChangeDateTime,
    Supplier: supplier,
    InvoicingParty: supplier,
    Language: 'EN',
    PaymentTerms: '0004',
    NetPaymentDays: '30',
    PurchasingOrganization: company.purchasingOrganization,
    PurchasingGroup: random.pick(['001', '002', '003']),
    PurchaseOrderDate: date,
    DocumentCurrency: currency,
    ExchangeRate: '1.00000',
    IncotermsClassification: 'CIF',
    IncotermsLocation1: 'Stuttgart',
    PurchasingCompletenessStatus: true,
    YY1_Priority_PDH: String(random.integer(1, 5)),
  });
  const items = random.integer(2, 5);
  for (let position = 1; position <= items; position += 1) {
    seedItem(seed, {
      PurchaseOrder,
      PurchaseOrderItem: String(position * 10),
      plant,
      companyCode: company.companyCode,
      currency,
      deliveryDate: addDays(date, random.integer(35, 120)),
    });
  }
}

function seedItem(
  { store, random, products, purchaseOrders }: PurchaseOrderSeed,
  item: {
    readonly PurchaseOrder: string;
    readonly PurchaseOrderItem: string;
    readonly plant: string;
    readonly companyCode: string;
    readonly currency: string;
    readonly deliveryDate: string;
  },
): void {
  const { PurchaseOrder, PurchaseOrderItem } = item;
  let index = random.integer(1, products);
  // Not every product is kept in every plant; two of three neighbours are.
  while (!plantsOf(index).includes(item.plant)) index = index === 1 ? products : index - 1;
  const product = store.table('product').get({ Product: productNumber(index) })!;
  const text = store
    .table('productDescription')
    .get({ Product: productNumber(index), Language: 'EN' });
  const OrderQuantity = random.chance(0.2)
    ? thousandths(random.integer(1, 500_000))
    : thousandths(random.integer(1, 500) * 1_000);
  const unit = product.BaseUnit!;
  const row = store.table('purchaseOrderItem').insert({
    PurchaseOrder,
    PurchaseOrderItem,
    PurchaseOrderCategory: 'F',
    CompanyCode: item.companyCode,
    Material: product.Product!,
    PurchaseOrderItemText: text?.ProductDescription ?? '',
    Plant: item.plant,
    MaterialGroup: product.ProductGroup!,
    OrderQuantity,
    PurchaseOrderQuantityUnit: unit,
    BaseUnit: unit,
    OrderPriceUnit: unit,
    OrderPriceUnitToOrderUnitNmrtr: '1',
    OrdPriceUnitToOrderUnitDnmntr: '1',
    DocumentCurrency: item.currency,
    NetPriceAmount: thousandths(random.integer(100, 250_000) * 10),
    NetPriceQuantity: '1',
    TaxCode: 'V1',
    GoodsReceiptIsExpected: true,
    InvoiceIsExpected: true,
    InvoiceIsGoodsReceiptBased: true,
    ProductType: '1',
    InternationalArticleNumber: product.ProductStandardID!,
    PlannedDeliveryDurationInDays: '10',
    IncotermsClassification: 'CIF',
  });
  store.table('purchaseOrderItem').replace(row, purchaseOrders.amountsOf(row));
  store.table('purchaseOrderScheduleLine').insert({
    PurchasingDocument: PurchaseOrder,
    PurchasingDocumentItem: PurchaseOrderItem,
    ScheduleLine: '1',
    DelivDateCategory: '1',
    ScheduleLineDeliveryDate: item.deliveryDate,
    SchedLineStscDeliveryDate: item.deliveryDate,
    PurchaseOrderQuantityUnit: unit,
    ScheduleLineOrderQuantity: OrderQuantity,
    OpenPurchaseOrderQuantity: OrderQuantity,
    Currency: item.currency,
  });
}
