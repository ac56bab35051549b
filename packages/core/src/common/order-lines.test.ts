import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PurchaseOrder, purchaseOrderSchema } from '../entities/purchase-order.ts';
import { joinOrderLines } from './join-order-lines.ts';
import { formatOrderPartNumber, parseOrderPartNumber } from './order-part-number.ts';
import { splitOrderLines } from './split-order-lines.ts';

const order: PurchaseOrder = {
  source: { system: 'sap', entity: 'purchaseOrder', key: '4500000001', revision: 'r7' },
  orderNumber: '4500000001',
  supplier: '17300001',
  buyer: '1010',
  currency: 'EUR',
  status: 'pending',
  changedAt: '2026-11-20T10:00:00.000Z',
  lines: [
    {
      lineNumber: '10',
      product: 'MZ-FG-000001',
      quantity: '5.000',
      unit: { code: 'C62', vendorCode: 'PC' },
      unitPrice: '100.00',
      deliveryDate: '2026-12-01',
      deliveryLocation: 'Hamburg',
    },
    { lineNumber: '20', product: 'MZ-FG-000002', quantity: '1.500', unitPrice: '7.25' },
  ],
};
const withLine = (change: Partial<PurchaseOrder['lines'][number]>): PurchaseOrder => ({
  ...order,
  lines: [{ ...(order.lines[0] as PurchaseOrder['lines'][number]), ...change }],
});

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const digits = fc.integer({ min: 1, max: 99_999 }).map(String);
const date = fc
  .integer({ min: 0, max: 20_000 })
  .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
const text = fc.string({ minLength: 1, maxLength: 12 });
const places = (count: number) =>
  fc.bigInt({ min: 0n, max: 10n ** 15n }).map((unscaled) => {
    const padded = unscaled.toString().padStart(count + 1, '0');
    return `${padded.slice(0, -count)}.${padded.slice(-count)}`;
  });

const line = fc.record({
  product: optional(text),
  quantity: places(3),
  unit: optional(fc.constantFrom({ code: 'C62' }, { code: 'KGM', vendorCode: 'KG' })),
  unitPrice: optional(places(2)),
  deliveryDate: optional(date),
  deliveryLocation: optional(text),
  fate: fc.constantFrom('open', 'deleted', 'delivered'),
});

/** Orders with nothing but what Common carries, lines in order, and the status that follows from them. */
const carriedOrder = fc
  .record({
    source: optional(
      fc.record({
        system: fc.constant('sap'),
        entity: fc.constant('purchaseOrder'),
        key: text,
        revision: text,
      }),
    ),
    // Numbers with dashes, digits and blanks are the hard ones.
    orderNumber: fc.oneof(text, fc.stringMatching(/^[A-Z]{2}-\d{4}-\d{1,3}$/), digits),
    buyer: optional(text),
    supplier: text,
    currency: fc.constantFrom('EUR', 'USD'),
    status: fc.constantFrom('draft', 'pending', 'confirmed', 'in_transit', 'declined', undefined),
    changedAt: fc.constantFrom(undefined, '2026-11-20T10:00:00.000Z'),
    numbers: fc.uniqueArray(fc.integer({ min: 1, max: 99_999 }), { minLength: 1, maxLength: 6 }),
    lines: fc.array(line, { minLength: 6, maxLength: 6 }),
  })
  .map(({ numbers, lines, status, ...header }) => {
    const fates = numbers.map((_, index) => lines[index]?.fate);
    const orderStatus = fates.includes('open')
      ? status
      : fates.includes('delivered')
        ? 'delivered'
        : 'cancelled';
    return {
      ...header,
      status: orderStatus,
      lines: numbers
        .toSorted((a, b) => a - b)
        .map((number, index) => {
          const { fate, ...rest } = lines[index] as (typeof lines)[number];
          return {
            lineNumber: String(number),
            ...rest,
            ...(fate === 'deleted' && { isDeleted: true }),
            ...(fate === 'delivered' && { isCompletelyDelivered: true }),
          };
        }),
    } as PurchaseOrder;
  });

describe('the number of an order part', () => {
  it('is taken apart into what it was made of, whatever the order number holds', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), digits, (orderNumber, lineNumber) => {
        expect(parseOrderPartNumber(formatOrderPartNumber({ orderNumber, lineNumber }))).toEqual({
          orderNumber,
          lineNumber,
        });
      }),
    );
  });

  it.each([
    ['PO-2026-17-10', { orderNumber: 'PO-2026-17', lineNumber: '10' }],
    ['A--5', { orderNumber: 'A-', lineNumber: '5' }],
    ['4500000001', undefined],
    ['-10', undefined],
    ['4500000001-', undefined],
    ['4500000001-1a', undefined],
    ['', undefined],
  ])('%j is read as %j', (poNumber, expected) => {
    expect(parseOrderPartNumber(poNumber)).toEqual(expected);
  });
});

describe('splitOrderLines', () => {
  it('makes one order per line, with number, key and the fields that Common carries', () => {
    expect(splitOrderLines(order)).toEqual([
      {
        source: { system: 'sap', entity: 'purchaseOrder', key: '4500000001/10', revision: 'r7' },
        orderNumber: '4500000001-10',
        supplier: '17300001',
        buyer: '1010',
        currency: 'EUR',
        status: 'pending',
        changedAt: '2026-11-20T10:00:00.000Z',
        lines: [{ ...order.lines[0], lineNumber: '1' }],
      },
      expect.objectContaining({
        orderNumber: '4500000001-20',
        lines: [{ lineNumber: '1', product: 'MZ-FG-000002', quantity: '1.500', unitPrice: '7.25' }],
      }),
    ]);
  });

  it('makes valid canonical orders', () => {
    fc.assert(
      fc.property(carriedOrder, (whole) => {
        for (const part of splitOrderLines(whole)) purchaseOrderSchema.parse(part);
      }),
    );
  });

  it.each([
    ['a deleted line', withLine({ isDeleted: true }), 'cancelled'],
    ['a line of a deleted order', { ...order, isDeleted: true }, 'cancelled'],
    ['a completely delivered line', withLine({ isCompletelyDelivered: true }), 'delivered'],
    [
      'a deleted line that was delivered',
      withLine({ isDeleted: true, isCompletelyDelivered: true }),
      'cancelled',
    ],
    ['a line of a confirmed order', { ...order, status: 'confirmed' as const }, 'confirmed'],
  ])('gives %s its status', (_name, whole, status) => {
    expect(splitOrderLines(whole)[0]?.status).toBe(status);
  });

  it('states the price for one unit', () => {
    const parts = splitOrderLines(withLine({ unitPrice: '1250.00', priceQuantity: '1000' }));
    expect(parts[0]?.lines[0]?.unitPrice).toBe('1.25');
    expect(parts[0]?.lines[0]).not.toHaveProperty('priceQuantity');
  });

  it('fails a price that Common cannot hold, and rounds it only when told', () => {
    const whole = withLine({ unitPrice: '12.34', priceQuantity: '1000' });
    expect(() => splitOrderLines(whole)).toThrow(
      expect.objectContaining({ code: 'ERR_VALIDATION', path: 'lines[0].unitPrice' }),
    );
    const [part] = splitOrderLines(whole, { priceRounding: 'half-up' });
    expect(part?.lines[0]?.unitPrice).toBe('0.01');
  });

  it('takes the first delivery date of the schedule lines where the line has none', () => {
    const scheduled = splitOrderLines({
      ...order,
      lines: [
        {
          lineNumber: '20',
          quantity: '2.000',
          scheduleLines: [
            { scheduleLineNumber: '1', deliveryDate: '2026-12-24', quantity: '1.000' },
            { scheduleLineNumber: '2', deliveryDate: '2026-12-03', quantity: '1.000' },
          ],
        },
      ],
    });
    expect(scheduled[0]?.lines[0]?.deliveryDate).toBe('2026-12-03');
  });

  it.each([
    ['an order without number', { ...order, orderNumber: undefined }, 'orderNumber'],
    ['a line number with letters', withLine({ lineNumber: '10A' }), 'lineNumber'],
    [
      'the same line number twice',
      { ...order, lines: [...order.lines, ...order.lines] },
      'lines[2].lineNumber',
    ],
  ])('refuses %s', (_name, whole, path) => {
    expect(() => splitOrderLines(whole as PurchaseOrder)).toThrow(
      expect.objectContaining({ code: 'ERR_VALIDATION', category: 'validation', path }),
    );
  });
});

describe('joinOrderLines', () => {
  it('is the inverse of splitOrderLines for all that Common carries', () => {
    fc.assert(
      fc.property(carriedOrder, (whole) => {
        expect(joinOrderLines(splitOrderLines(whole))).toEqual([withoutUndefined(whole)]);
      }),
      { numRuns: 500 },
    );
  });

  it('does not care in which order the parts come, and keeps orders apart', () => {
    const other = { ...order, orderNumber: '4500000002' };
    const parts = [...splitOrderLines(order), ...splitOrderLines(other)].toReversed();
    expect(joinOrderLines(parts).map((joined) => joined.orderNumber)).toEqual([
      '4500000002',
      '4500000001',
    ]);
    expect(joinOrderLines(parts)[1]?.lines.map((joined) => joined.lineNumber)).toEqual([
      '10',
      '20',
    ]);
  });

  it('keeps orders with the same number of different suppliers apart', () => {
    const parts = [order, { ...order, supplier: '17300002' }].flatMap((each) =>
      splitOrderLines(each),
    );
    expect(joinOrderLines(parts)).toHaveLength(2);
  });

  it('is as far as its least advanced open line', () => {
    const [first, second] = splitOrderLines(order) as [PurchaseOrder, PurchaseOrder];
    const joined = (a: PurchaseOrder['status'], b: PurchaseOrder['status']) =>
      joinOrderLines([
        { ...first, status: a },
        { ...second, status: b },
      ])[0]?.status;
    expect(joined('confirmed', 'pending')).toBe('pending');
    expect(joined('delivered', 'in_transit')).toBe('in_transit');
    expect(joined('confirmed', 'cancelled')).toBe('confirmed');
    expect(joined('declined', 'confirmed')).toBe('confirmed');
    expect(joined('cancelled', 'cancelled')).toBe('cancelled');
  });

  it('names orders that Common keyed itself by their order number', () => {
    const parts = splitOrderLines(order).map((part, index) => ({
      ...part,
      source: {
        system: 'common',
        entity: 'purchaseOrder',
        key: `uuid-${index}`,
        revision: `r${index}`,
      },
    }));
    expect(joinOrderLines(parts)[0]?.source).toEqual({
      system: 'common',
      entity: 'purchaseOrder',
      key: '4500000001',
      revision: 'r0|r1',
    });
  });

  it.each([
    ['a number that is no part number', [{ ...order, orderNumber: '45', lines: [order.lines[0]] }]],
    ['more than one line', [{ ...order, orderNumber: '45-10' }]],
    ['two parts with the same number', [...splitOrderLines(order), ...splitOrderLines(order)]],
  ])('refuses %s', (_name, parts) => {
    expect(() => joinOrderLines(parts as PurchaseOrder[])).toThrow(
      expect.objectContaining({ code: 'ERR_VALIDATION', path: 'orderNumber' }),
    );
  });
});

function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
