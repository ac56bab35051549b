import { describe, expect, it } from 'vitest';
import { entitySchemas } from '../../entities/canonical-entities.ts';
import { checkTemplateLaws, compileTemplate } from '../../mapping/index.ts';
import {
  commonAmendmentTemplate,
  commonBusinessRelationshipTemplate,
  commonCompanyTemplate,
  commonPurchaseOrderTemplate,
} from './index.ts';

const order = {
  id: '5f0d1c2b-3a49-5e68-8777-96a5b4c3d2e1',
  po_number: '4500000001-10',
  buyer_company_id: 'b7f6c1de-3f0a-4c5e-9a51-2d6c8e0f1a10',
  seller_company_id: '0c8d1d62-7d2f-5c5e-8f43-0f1a1b1c1d1e',
  product_id: '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  quantity: '5.000',
  unit_price: '100.00',
  total_amount: '500.00',
  unit: 'C62',
  delivery_date: '2026-12-01',
  delivery_location: 'Hamburg, Dock 4',
  status: 'in_transit',
  amendment_status: 'approved',
  proposed_quantity: '5.000',
  proposed_quantity_unit: 'C62',
  amendment_reason: 'Demand changed',
  erp_sync_status: 'pending',
  created_at: '2026-01-05T08:00:00.000Z',
  updated_at: '2026-01-05T08:00:01.500Z',
};
const orders = compileTemplate(commonPurchaseOrderTemplate('EUR'));

describe('the templates of Common', () => {
  it.each([
    ['purchase order', commonPurchaseOrderTemplate('EUR'), [order]],
    ['amendment', commonAmendmentTemplate, [order]],
    ['company', commonCompanyTemplate, [{ name: 'Steel Works', company_type: 'seller' }]],
    [
      'business relationship',
      commonBusinessRelationshipTemplate,
      [{ buyer_company_id: 'b', seller_company_id: 's', status: 'active' }],
    ],
  ])('read back what they write: %s', (_name, template, vendorSamples) => {
    expect(checkTemplateLaws(template, { vendorSamples })).toEqual([]);
  });

  it('read an order as one with one line', () => {
    const decoded = orders.decode(order);
    expect(decoded).toEqual({
      orderNumber: '4500000001-10',
      buyer: order.buyer_company_id,
      supplier: order.seller_company_id,
      currency: 'EUR',
      status: 'in_transit',
      totalAmount: '500.00',
      changedAt: '2026-01-05T08:00:01.5Z',
      lines: [
        {
          lineNumber: '1',
          product: order.product_id,
          quantity: '5.000',
          unit: { code: 'C62' },
          unitPrice: '100.00',
          netAmount: '500.00',
          deliveryDate: '2026-12-01',
          deliveryLocation: 'Hamburg, Dock 4',
        },
      ],
    });
    entitySchemas.purchaseOrder.parse(decoded);
  });

  it('never write what Common computes', () => {
    const encoded = orders.encode(orders.decode(order));
    expect(Object.keys(encoded).toSorted()).toEqual(
      [
        'buyer_company_id',
        'delivery_date',
        'delivery_location',
        'po_number',
        'product_id',
        'quantity',
        'seller_company_id',
        'status',
        'unit',
        'unit_price',
      ].toSorted(),
    );
  });

  it('keep a status that nobody knows yet beside the record', () => {
    const decoded = orders.decode({ ...order, status: 'on_hold' });
    expect(decoded).toMatchObject({ custom: { status: 'on_hold' } });
    expect(decoded).not.toHaveProperty('status');
  });

  it.each([
    ['another currency', { currency: 'USD' }, 'currency'],
    ['a quantity of 4 places', { lines: [{ lineNumber: '1', quantity: '5.0001' }] }, 'quantity'],
    [
      'a price of 3 places',
      { lines: [{ lineNumber: '1', quantity: '5.000', unitPrice: '1.005' }] },
      'unitPrice',
    ],
    [
      'two lines',
      {
        lines: [
          { lineNumber: '1', quantity: '5.000' },
          { lineNumber: '2', quantity: '5.000' },
        ],
      },
      'lines',
    ],
  ])('refuse %s rather than change it', (_name, change, path) => {
    expect(() => orders.encode({ ...orders.decode(order), ...change })).toThrow(
      expect.objectContaining({ code: 'ERR_MAPPING', path: expect.stringContaining(path) }),
    );
  });
});
