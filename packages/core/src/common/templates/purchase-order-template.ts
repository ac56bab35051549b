import { defineTemplate, type MappingTemplate } from '../../mapping/index.ts';
import { commonLineNumber } from '../to-order-part.ts';

const statuses = [
  'draft',
  'pending',
  'confirmed',
  'in_transit',
  'delivered',
  'cancelled',
  'declined',
] as const;

/**
 * Purchase order of Common ↔ canonical order with one line.
 *
 * Common has no currency: the one of the connection is given to every order, and an order in another
 * one is refused. A status that we do not know yet is kept in `custom.status`. Common's unit is a
 * UN/ECE code or free text and becomes `unit.code` as it is.
 */
export function commonPurchaseOrderTemplate(currency: string): MappingTemplate {
  return defineTemplate({
    id: 'common.purchaseOrder',
    version: 1,
    vendor: { system: 'common', entity: 'purchase_order' },
    canonical: { entity: 'purchaseOrder' },
    fields: [
      { vendor: 'po_number', canonical: 'orderNumber', required: true },
      { vendor: 'buyer_company_id', canonical: 'buyer' },
      { vendor: 'seller_company_id', canonical: 'supplier', required: true },
      { canonical: 'currency', constant: currency },
      {
        vendor: 'status',
        canonical: 'status',
        codec: {
          kind: 'enum',
          values: Object.fromEntries(statuses.map((status) => [status, status])),
        },
        when: {
          vendor: { path: 'status', in: statuses },
          canonical: { path: 'status', present: true },
        },
      },
      {
        vendor: 'status',
        canonical: 'custom.status',
        direction: 'decode',
        when: { vendor: { path: 'status', notIn: statuses } },
      },
      { canonical: 'lines[only].lineNumber', constant: commonLineNumber },
      { vendor: 'product_id', canonical: 'lines[only].product' },
      {
        vendor: 'quantity',
        canonical: 'lines[only].quantity',
        codec: { kind: 'decimal', scale: 3 },
        required: true,
      },
      { vendor: 'unit', canonical: 'lines[only].unit', codec: { kind: 'unit' } },
      {
        vendor: 'unit_price',
        canonical: 'lines[only].unitPrice',
        codec: { kind: 'decimal', scale: 2 },
      },
      {
        vendor: 'total_amount',
        canonical: 'lines[only].netAmount',
        codec: { kind: 'decimal', scale: 2 },
        direction: 'decode',
      },
      {
        vendor: 'delivery_date',
        canonical: 'lines[only].deliveryDate',
        codec: { kind: 'date' },
      },
      { vendor: 'delivery_location', canonical: 'lines[only].deliveryLocation' },
      {
        vendor: 'total_amount',
        canonical: 'totalAmount',
        codec: { kind: 'decimal', scale: 2 },
        direction: 'decode',
      },
      {
        vendor: 'updated_at',
        canonical: 'changedAt',
        codec: { kind: 'instant' },
        direction: 'decode',
      },
    ],
  });
}
