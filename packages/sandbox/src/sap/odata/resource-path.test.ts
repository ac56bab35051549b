import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { productService } from '../model/product-service.ts';
import { purchaseOrderService } from '../model/purchase-order-service.ts';
import { purchaseOrderV4Service } from '../model/purchase-order-v4-service.ts';
import { SapFault } from './fault.ts';
import { compileFilter } from './filter.ts';
import { parseMultipart } from './multipart.ts';
import { parseQueryOptions } from './query-options.ts';
import { formatKey, parseKey, parsePath } from './resource-path.ts';

const plants = productService.sets.get('A_ProductPlant')!;
const ordersV4 = purchaseOrderV4Service.sets.get('PurchaseOrder')!;
const items = purchaseOrderService.sets.get('A_PurchaseOrderItem')!;

describe('keys', () => {
  it('come back as they were written, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (product, plant) => {
        const row = { Product: product.toUpperCase(), Plant: plant.toUpperCase() };
        const [segment] = parsePath(`A_ProductPlant${formatKey(row, plants)}`);
        expect(parseKey(segment!.predicate!, plants, 2)).toEqual(row);
      }),
    );
  });

  it('lose the leading zeros of numbers', () => {
    expect(parseKey("PurchaseOrder='0004500000001',PurchaseOrderItem='00010'", items, 2)).toEqual({
      PurchaseOrder: '4500000001',
      PurchaseOrderItem: '10',
    });
  });

  it.each([
    "'X'",
    "Product='X'",
    "Product='X',Plant=5",
    "Product='X',Nope='Y'",
    "Product='X',Product='Y'",
    "Product='X,Plant='Y'",
    '',
  ])('are refused: %s', (predicate) => {
    expect(() => parseKey(predicate, plants, 2)).toThrow(SapFault);
  });
});

/** Anything but a fault for the caller would be a defect. */
function outcome(run: () => unknown): 'read' | 'refused' {
  try {
    run();
    return 'read';
  } catch (error) {
    if (error instanceof SapFault && error.status === 400) return 'refused';
    throw error;
  }
}

describe('what a caller may send', () => {
  const words = [
    'eq',
    'and',
    'not',
    '(',
    ')',
    ',',
    'Plant',
    'BaseUnit',
    "'x'",
    '5M',
    '5',
    'null',
    'true',
    "datetime'2026-01-01T00:00:00'",
    'startswith',
    'substringof',
    'contains',
    'constructor',
    'toString',
    "constructor'x'",
    "guid'x'",
    '2026-02-30',
    '12:00:00',
    '-1',
    '1e5',
    'eq(',
    ' ',
  ];

  it('is read or refused with 400, never worse', () => {
    const filters = fc
      .array(fc.constantFrom(...words), { maxLength: 9 })
      .map((parts) => parts.join(' '));
    fc.assert(
      fc.property(
        fc.oneof(filters, fc.string()),
        fc.constantFrom(2 as const, 4 as const),
        (text, odataVersion) => {
          const result = outcome(() => compileFilter(text, { set: plants, odataVersion }));
          expect(['read', 'refused']).toContain(result);
        },
      ),
      { numRuns: 2_000 },
    );
    const names = fc.constantFrom(
      ...['$filter', '$select', '$expand', '$orderby', '$top', '$skip', '$skiptoken', '$count'],
      ...['$inlinecount', '$format', '$x', 'sap-client', 'constructor'],
    );
    const values = fc.oneof(
      filters,
      fc.string(),
      fc.constantFrom(
        '*',
        'Plant',
        'Plant desc',
        'Plant,Plant',
        '_PurchaseOrderItem($top=1;$filter=1)',
        '-1',
        '1e3',
      ),
      fc.constantFrom('toString', '()', 'to_Plant/to_Plant', 'allpages', 'true', '%', '%zz', '%ff'),
    );
    const pair = fc.tuple(names, values).map(([name, value]) => `${name}=${value}`);
    fc.assert(
      fc.property(
        fc.array(pair, { maxLength: 4 }),
        fc.constantFrom(
          { service: productService, set: plants },
          { service: purchaseOrderV4Service, set: ordersV4 },
        ),
        (pairs, context) => {
          const result = outcome(() => parseQueryOptions(pairs.join('&'), context));
          expect(['read', 'refused']).toContain(result);
        },
      ),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(['read', 'refused']).toContain(
          outcome(() => parseMultipart(`--b\r\n${text}\r\n--b--`, 'b')),
        );
      }),
    );
  });
});
