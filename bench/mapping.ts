import { performance } from 'node:perf_hooks';
import { compileTemplate, defineTemplate } from '@common/connector-core/mapping';
import type { Row } from './row.ts';

interface Source {
  readonly [name: string]: string | null;
}

const template = defineTemplate({
  id: 'bench.purchaseOrderItem',
  version: 1,
  vendor: { system: 'sap', entity: 'A_PurchaseOrderItem' },
  canonical: { entity: 'purchaseOrderLine' },
  fields: [
    { vendor: 'PurchaseOrder', canonical: 'orderNumber', required: true },
    { vendor: 'PurchaseOrderItem', canonical: 'lineNumber', required: true },
    { vendor: 'PurchaseOrderItemText', canonical: 'description' },
    { vendor: 'Plant', canonical: 'plant' },
    { vendor: 'StorageLocation', canonical: 'storageLocation' },
    { vendor: 'Material', canonical: 'product' },
    { vendor: 'TaxCode', canonical: 'taxCode' },
    { vendor: 'OrderQuantity', canonical: 'quantity', codec: { kind: 'decimal', scale: 3 } },
    {
      vendor: 'NetPriceAmount',
      canonical: 'unitPrice',
      codec: { kind: 'decimal', scale: 2, vendorScale: 3, rounding: 'half-even' },
    },
    {
      vendor: 'NetAmount',
      canonical: 'netAmount',
      codec: { kind: 'decimal', scale: 2, rounding: 'half-even' },
    },
    {
      vendor: 'ScheduleLineDeliveryDate',
      canonical: 'deliveryDate',
      codec: { kind: 'date', format: '/Date(ms)/' },
    },
    {
      vendor: 'CreationDate',
      canonical: 'createdOn',
      codec: { kind: 'date', format: '/Date(ms)/' },
    },
  ],
});

/** What a careful developer writes by hand: exact, checked, dates through `Date`. */
function byHand(record: Source): Record<string, string> {
  const line: Record<string, string> = {
    orderNumber: textOf(record.PurchaseOrder),
    lineNumber: textOf(record.PurchaseOrderItem),
  };
  const description = record.PurchaseOrderItemText;
  if (description) line.description = textOf(description);
  const plant = record.Plant;
  if (plant) line.plant = textOf(plant);
  const storageLocation = record.StorageLocation;
  if (storageLocation) line.storageLocation = textOf(storageLocation);
  const product = record.Material;
  if (product) line.product = textOf(product);
  const taxCode = record.TaxCode;
  if (taxCode) line.taxCode = textOf(taxCode);
  const quantity = record.OrderQuantity;
  if (quantity) line.quantity = scaled(quantity, 3);
  const unitPrice = record.NetPriceAmount;
  if (unitPrice) line.unitPrice = scaled(unitPrice, 2);
  const netAmount = record.NetAmount;
  if (netAmount) line.netAmount = scaled(netAmount, 2);
  const deliveryDate = record.ScheduleLineDeliveryDate;
  if (deliveryDate) line.deliveryDate = isoDate(deliveryDate);
  const createdOn = record.CreationDate;
  if (createdOn) line.createdOn = isoDate(createdOn);
  return line;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new TypeError('expected text');
  return value;
}

/** Exact: an integer of the last place, rounded half-even; a bigint where a number is too small. */
function scaled(text: string, scale: number): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new TypeError('expected a decimal');
  const [, sign, whole = '', fraction = ''] = match;
  const kept = whole + fraction.slice(0, scale).padEnd(scale, '0');
  const rest = fraction.slice(scale).replace(/0+$/, '');
  let unscaled: number | bigint = kept.length < 16 ? Number(kept) : BigInt(kept);
  const isTie = rest === '5';
  const isOdd = Number(kept.at(-1)) % 2 === 1;
  if (rest > '5' || (isTie && isOdd)) {
    unscaled = typeof unscaled === 'number' ? unscaled + 1 : unscaled + 1n;
  }
  const digits = String(unscaled).padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function isoDate(text: string): string {
  const match = /^\/Date\((-?\d+)\)\/$/.exec(text);
  if (match === null) throw new TypeError('expected a date');
  return new Date(Number(match[1])).toISOString().slice(0, 10);
}

function records(count: number): readonly Source[] {
  return Array.from({ length: count }, (_, index) => ({
    PurchaseOrder: String(4_500_000_000 + index),
    PurchaseOrderItem: String((index % 9) * 10 + 10),
    PurchaseOrderItemText: `Part ${index} of the list`,
    Plant: String(1000 + (index % 7)),
    StorageLocation: index % 3 === 0 ? '' : '101A',
    Material: `MZ-FG-${index}`,
    TaxCode: index % 5 === 0 ? null : 'V1',
    OrderQuantity: `${index % 997}.${String(index % 1000).padStart(3, '0')}`,
    NetPriceAmount: `${(index * 7) % 9973}.${String((index * 13) % 100).padStart(2, '0')}0`,
    NetAmount: index % 4 === 0 ? String(index * 31) : `${index * 31}.${index % 10}`,
    ScheduleLineDeliveryDate: `/Date(${(19_000 + (index % 2000)) * 86_400_000})/`,
    CreationDate: `/Date(${(18_000 + (index % 1500)) * 86_400_000})/`,
  }));
}

/** Records per second: the best of several turns, the two taking turns so that both see the same noise. */
function race(
  sources: readonly Source[],
  left: (record: Source) => unknown,
  right: (record: Source) => unknown,
): readonly [number, number] {
  const best: [number, number] = [0, 0];
  for (let turn = 0; turn < 14; turn += 1) {
    [left, right].forEach((map, index) => {
      const started = performance.now();
      for (let round = 0; round < 10; round += 1) for (const source of sources) map(source);
      const speed = (sources.length * 10_000) / (performance.now() - started);
      // The first turns warm up.
      if (turn > 3) best[index] = Math.max(best[index] as number, speed);
    });
  }
  return best;
}

/** Mapping of 12 fields, 3 decimals and 2 dates among them, against the same by hand. */
export async function benchMapping(): Promise<Row[]> {
  const sources = records(5_000);
  const mapping = compileTemplate<Record<string, string>, Source>(template);
  for (const source of sources) {
    if (JSON.stringify(sorted(mapping.decode(source))) !== JSON.stringify(sorted(byHand(source)))) {
      throw new Error('The two mappings disagree; their speeds cannot be compared.');
    }
  }
  const [value, peerValue] = race(sources, mapping.decode, byHand);
  const ratio = value / peerValue;
  return [
    {
      name: 'mapping, 12 fields, 3 decimals, 2 dates',
      value: Math.round(value),
      unit: 'records/s',
      peer: 'hand-written, exact',
      peerValue: Math.round(peerValue),
      ratio: Number(ratio.toFixed(2)),
      bar: '≥ 0.9×',
      pass: ratio >= 0.9,
    },
  ];
}

const sorted = (record: Record<string, string>) => Object.entries(record).sort();
