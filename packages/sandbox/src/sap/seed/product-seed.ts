import type { SeededRandom } from '../../toolkit/seeded-random.ts';
import { addDays, instantOf } from '../odata/instant.ts';
import type { Store } from '../odata/store.ts';

const things: readonly (readonly [english: string, german: string, unit: string])[] = [
  ['Gear wheel', 'Zahnrad', 'PC'],
  ['Ball bearing', 'Kugellager', 'PC'],
  ['Shut-off valve', 'Absperrventil', 'PC'],
  ['Gear pump', 'Zahnradpumpe', 'EA'],
  ['Sealing ring', 'Dichtungsring', 'PC'],
  ['Housing', 'Gehäuse', 'ST'],
  ['Pressure sensor', 'Drucksensor', 'PC'],
  ['Three-phase motor', 'Drehstrommotor', 'EA'],
  ['Primer, grey', 'Grundierung, grau', 'KG'],
  ['Hydraulic oil', 'Hydrauliköl', 'L'],
  ['Steel screw', 'Stahlschraube', 'PC'],
  ['Control "S" cable', 'Steuerkabel "S"', 'M'],
];
const groups = ['L001', 'L002', 'L003', 'L004', 'P001'];
const countries = ['DE', 'US', 'CN', 'PL', 'IT'];

/** Most look like `MZ-FG-000001`; a few hold what a URL must escape. */
export function productNumber(index: number): string {
  const digits = String(index).padStart(6, '0');
  if (index % 500 === 250) return `MZ/FG-${digits}`;
  if (index % 500 === 0) return `MZ FG/${digits}`;
  return `MZ-FG-${digits}`;
}

/** Every product is in plant 1010; further ones by number, so that other seeds can rely on it. */
export function plantsOf(index: number): readonly string[] {
  if (index % 3 === 0) return ['1010', '1020', '1710'];
  return index % 3 === 1 ? ['1010', '1710'] : ['1010'];
}

function gtin(index: number): string {
  const body = `400${String(index).padStart(9, '0')}`;
  const sum = [...body].reduce((total, digit, at) => total + Number(digit) * (at % 2 ? 3 : 1), 0);
  return body + String((10 - (sum % 10)) % 10);
}

const productsPerSecond = 25;

/**
 * Change times lie before `now`, in an order that is not that of the numbers; about 25 products
 * share a second and every fifth of them the very same instant, the others differ in 100 ns.
 */
function changedAt(index: number, count: number, now: number): string {
  const seconds = Math.ceil(count / productsPerSecond);
  const second = (index * 7_919) % seconds;
  const start = Math.floor(now / 1_000) * 1_000 - (seconds + 3_600) * 1_000;
  const fraction = index % 5 === 0 ? 1_230_000 : (index * 104_729) % 10_000_000;
  return instantOf(start + second * 1_000 + Math.floor(fraction / 10_000), fraction % 10_000);
}

export interface ProductSeed {
  readonly store: Store;
  readonly count: number;
  readonly random: SeededRandom;
  /** Milliseconds; the clock's start. */
  readonly now: number;
}

/** Products with descriptions in EN and DE, plants, units, storage locations, valuation. */
export function seedProducts({ store, count, random, now }: ProductSeed): void {
  const table = (name: string) => store.table(name);
  const [products, descriptions, plants] = [
    table('product'),
    table('productDescription'),
    table('productPlant'),
  ];
  const [units, valuations, procurements, storage] = [
    table('productUnitOfMeasure'),
    table('productValuation'),
    table('productProcurement'),
    table('productStorageLocation'),
  ];
  for (let index = 1; index <= count; index += 1) {
    const Product = productNumber(index);
    const [english, german, BaseUnit] = things[random.integer(0, things.length - 1)]!;
    const size = random.integer(1, 999);
    const grams = random.integer(1, 250_000);
    const LastChangeDateTime = changedAt(index, count, now);
    const CreationDate =
      index % 1_000 === 7 ? '1969-07-20' : addDays('2019-01-01', random.integer(0, 2_400));
    products.insert({
      Product,
      ProductType: index % 10 === 0 ? 'HAWA' : 'FERT',
      CreationDate,
      CreatedByUser: 'MZ_MASTER',
      LastChangeDate: LastChangeDateTime.slice(0, 10),
      LastChangedByUser: 'MZ_MASTER',
      LastChangeDateTime,
      ProductOldID: index % 4 === 0 ? `ALT-${index}` : '',
      GrossWeight: thousandths(grams + 120),
      NetWeight: thousandths(grams),
      WeightUnit: 'KG',
      CountryOfOrigin: countries[index % countries.length]!,
      ProductGroup: groups[index % groups.length]!,
      BaseUnit,
      ItemCategoryGroup: 'NORM',
      Division: '00',
      MaterialVolume: thousandths(random.integer(1, 9_999)),
      VolumeUnit: 'L',
      ProductStandardID: gtin(index),
      InternationalArticleNumberCat: 'HE',
      IndustrySector: 'M',
      YY1_ReleasedOn_PRD: index % 2 === 0 ? CreationDate : null,
      YY1_Sustainability_PRD: index % 7 === 0 ? 'A+' : '',
      YY1_Margin_PRD: `${random.integer(-9, 60)}.${String(random.integer(0, 99)).padStart(2, '0')}`,
      YY1_LegacyNumber_PRD: String(9_007_199_254_740_000n + BigInt(index)),
      YY1_ListPrice_PRD: `${size + 4}.${String(index % 100).padStart(2, '0')}`,
    });
    descriptions.insert({ Product, Language: 'DE', ProductDescription: `${german} ${size}` });
    descriptions.insert({ Product, Language: 'EN', ProductDescription: `${english} ${size}` });
    for (const Plant of plantsOf(index)) {
      plants.insert({
        Product,
        Plant,
        BaseUnit,
        PurchasingGroup: '001',
        CountryOfOrigin: 'DE',
        AvailabilityCheckType: '02',
        ProfitCenter: `YB${index % 10}`,
        GoodsReceiptDuration: String(index % 5),
        MRPType: 'PD',
        MRPResponsible: '001',
        ProcurementType: 'F',
        MinimumLotSizeQuantity: thousandths((index % 20) * 500),
      });
    }
    units.insert({
      Product,
      AlternativeUnit: BaseUnit,
      QuantityNumerator: '1',
      QuantityDenominator: '1',
      BaseUnit,
      GlobalTradeItemNumber: gtin(index),
    });
    if (index % 4 === 0) {
      units.insert({
        Product,
        AlternativeUnit: 'CAR',
        QuantityNumerator: '12',
        QuantityDenominator: '1',
        BaseUnit,
      });
    }
    procurements.insert({ Product, VarblPurOrdUnitStatus: '1' });
    if (index % 10 === 0) {
      storage.insert({
        Product,
        Plant: '1010',
        StorageLocation: '101A',
        WarehouseStorageBin: `A-${size}`,
      });
      valuations.insert({
        Product,
        ValuationArea: '1010',
        ValuationClass: '7920',
        InventoryValuationProcedure: 'S',
        StandardPrice: thousandths(size * 1_110),
        PriceUnitQty: '1',
        Currency: 'EUR',
      });
    }
  }
}

/** 12345 → `12.345` */
export function thousandths(units: number): string {
  return `${Math.floor(units / 1_000)}.${String(units % 1_000).padStart(3, '0')}`;
}
