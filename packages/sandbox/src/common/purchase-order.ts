/** Where an order stands. */
export const orderStatuses = [
  'draft',
  'pending',
  'confirmed',
  'in_transit',
  'delivered',
  'cancelled',
  'declined',
] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** A purchase order as it travels: decimals are strings with fixed places. */
export interface CommonPurchaseOrder {
  readonly id: string;
  readonly po_number: string;
  readonly buyer_company_id: string;
  readonly seller_company_id: string;
  readonly product_id: string;
  /** Three places. */
  readonly quantity: string;
  /** Two places. */
  readonly unit_price: string;
  /** Two places: quantity × unit price, rounded half to even. */
  readonly total_amount: string;
  readonly unit: string;
  /** `YYYY-MM-DD` */
  readonly delivery_date: string;
  readonly delivery_location: string | null;
  readonly status: OrderStatus;
  readonly amendment_status: 'none' | 'proposed' | 'approved' | 'rejected';
  readonly proposed_quantity: string | null;
  readonly amendment_reason: string | null;
  readonly erp_sync_status: 'not_required' | 'pending' | 'synced' | 'failed';
  /** ISO instant with milliseconds. */
  readonly created_at: string;
  readonly updated_at: string;
}

/** An amendment with its history; the order itself only shows the newest. */
export interface CommonAmendment {
  readonly purchase_order_id: string;
  readonly po_number: string;
  readonly previous_quantity: string;
  readonly proposed_quantity: string;
  readonly proposed_quantity_unit: string;
  readonly amendment_reason: string | null;
  readonly proposed_at: string;
  readonly approve: boolean | null;
  readonly buyer_notes: string | null;
  readonly decided_at: string | null;
}
