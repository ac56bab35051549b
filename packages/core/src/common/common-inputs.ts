import type { CommonUpdateType } from './common-wire.ts';

/** A page of a list: at most 200 items, in the order (updated_at, id). */
export interface CommonPaging {
  /** 1 to 200. @default 50, Common's own */
  readonly page_size?: number | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** Which purchase orders to list. All conditions must hold. */
export interface CommonPurchaseOrderFilter extends CommonPaging {
  readonly status?: string | undefined;
  readonly buyer_company_id?: string | undefined;
  readonly seller_company_id?: string | undefined;
  readonly po_number?: string | undefined;
  /** ISO instant; orders that changed then or later. */
  readonly updated_since?: string | undefined;
}

/** Which companies to list. */
export interface CommonCompanyFilter extends CommonPaging {
  /** `buyer` or `seller`. */
  readonly company_type?: string | undefined;
  /** The company's number in our ERP. */
  readonly external_id?: string | undefined;
}

/** Which relationships to list. */
export interface CommonBusinessRelationshipFilter extends CommonPaging {
  readonly status?: string | undefined;
}

/** Which pending updates to read. */
export interface CommonPendingUpdateFilter extends CommonPaging {
  readonly type?: readonly CommonUpdateType[] | undefined;
}

/** What a client may set on an order. Quantity with 3, price with 2 places; Common computes the total. */
export interface CommonPurchaseOrderInput {
  readonly po_number: string;
  readonly buyer_company_id: string;
  readonly seller_company_id: string;
  readonly product_id?: string | undefined;
  readonly quantity: string;
  readonly unit_price?: string | undefined;
  readonly unit?: string | undefined;
  /** `YYYY-MM-DD`. */
  readonly delivery_date?: string | undefined;
  readonly delivery_location?: string | undefined;
  readonly status?: string | undefined;
}

/** A proposal to change the quantity of an order. */
export interface CommonAmendmentProposal {
  readonly proposed_quantity: string;
  readonly proposed_quantity_unit?: string | undefined;
  readonly amendment_reason?: string | undefined;
}

/** The decision about an open proposal. */
export interface CommonAmendmentDecision {
  readonly approve: boolean;
  readonly buyer_notes?: string | undefined;
}

/** Whom to invite to trade with us. */
export interface CommonSupplierInvitation {
  readonly company_name: string;
  readonly email: string;
  /** Our number of the supplier. */
  readonly external_id?: string | undefined;
}
