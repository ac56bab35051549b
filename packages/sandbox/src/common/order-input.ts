import { invalid } from './common-error.ts';
import type { CompanyDirectory } from './company-directory.ts';
import { priceRule, quantityRule, readDecimal, totalAmount } from './fixed-decimal.ts';
import type { OrderContent } from './order-book.ts';
import { type CommonPurchaseOrder, orderStatuses } from './purchase-order.ts';
import {
  type Input,
  readDate,
  readOneOf,
  readOptionalText,
  readText,
  readUuid,
} from './read-input.ts';

const readers: { readonly [Field in keyof OrderContent]: (value: unknown) => OrderContent[Field] } =
  {
    po_number: (value) => readText('po_number', value, 50),
    buyer_company_id: (value) => readUuid('buyer_company_id', value),
    seller_company_id: (value) => readUuid('seller_company_id', value),
    product_id: (value) => readUuid('product_id', value),
    quantity: (value) => readDecimal('quantity', value, quantityRule),
    unit_price: (value) => readDecimal('unit_price', value, priceRule),
    unit: (value) => readText('unit', value, 10),
    delivery_date: (value) => readDate('delivery_date', value),
    delivery_location: (value) => readOptionalText('delivery_location', value, 500),
    status: (value) => readOneOf('status', value, orderStatuses),
  };

const contentFields = Object.keys(readers) as (keyof OrderContent)[];

const requiredFields = [
  'po_number',
  'seller_company_id',
  'product_id',
  'quantity',
  'unit_price',
  'unit',
  'delivery_date',
] as const;

/** Fields that the server sets. A client may send them back as it read them. */
const serverFields = [
  'id',
  'total_amount',
  'amendment_status',
  'proposed_quantity',
  'amendment_reason',
  'erp_sync_status',
  'created_at',
  'updated_at',
] as const;

export const orderFields: readonly string[] = [...contentFields, ...serverFields];

function readContent(input: Input): Partial<OrderContent> {
  const content: Record<string, unknown> = {};
  for (const field of contentFields) {
    if (input[field] !== undefined) content[field] = readers[field](input[field]);
  }
  return content as Partial<OrderContent>;
}

function checkTotal(input: Input, order: Pick<OrderContent, 'quantity' | 'unit_price'>): void {
  if (input.total_amount === undefined) return;
  const given = readDecimal('total_amount', input.total_amount, {
    places: 2,
    integerDigits: 30,
    mayBeZero: true,
  });
  const expected = totalAmount(order.quantity, order.unit_price);
  if (given !== expected) {
    throw invalid(`total_amount: is computed by the server; quantity × unit_price is ${expected}`);
  }
}

function checkSeller(sellerId: string, companies: CompanyDirectory): void {
  if (companies.find(sellerId)?.company_type !== 'seller') {
    throw invalid('seller_company_id: there is no such seller');
  }
}

/** Reads the body of a create. */
export function readNewOrder(
  input: Input,
  companyId: string,
  companies: CompanyDirectory,
): OrderContent {
  for (const field of serverFields) {
    if (field !== 'total_amount' && input[field] !== undefined) {
      throw invalid(`${field}: is set by the server`);
    }
  }
  for (const field of requiredFields) {
    if (input[field] === undefined) throw invalid(`${field}: is required`);
  }
  const given = readContent(input);
  const defaults = { buyer_company_id: companyId, delivery_location: null, status: 'pending' };
  const content = { ...defaults, ...given } as OrderContent;
  if (content.buyer_company_id !== companyId && content.seller_company_id !== companyId) {
    throw invalid('buyer_company_id: the order must belong to your company');
  }
  if (!companies.find(content.buyer_company_id)) {
    throw invalid('buyer_company_id: there is no such company');
  }
  checkSeller(content.seller_company_id, companies);
  checkTotal(input, content);
  return content;
}

/** Reads the body of an update: absent fields stay as they are. */
export function readOrderChange(
  input: Input,
  order: CommonPurchaseOrder,
  companies: CompanyDirectory,
): Partial<OrderContent> {
  for (const field of serverFields) {
    const isTouched = input[field] !== undefined && input[field] !== order[field];
    if (field !== 'total_amount' && isTouched) throw invalid(`${field}: is set by the server`);
  }
  const content = readContent(input);
  if ((content.buyer_company_id ?? order.buyer_company_id) !== order.buyer_company_id) {
    throw invalid('buyer_company_id: cannot be changed');
  }
  if (content.seller_company_id !== undefined) checkSeller(content.seller_company_id, companies);
  // A client that sends back what it read has the total of before.
  if (input.total_amount !== order.total_amount) checkTotal(input, { ...order, ...content });
  return content;
}
