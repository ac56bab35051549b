export const updateTypes = [
  'purchase_order.created',
  'purchase_order.updated',
  'amendment.proposed',
  'amendment.approved',
  'amendment.rejected',
] as const;
export type UpdateType = (typeof updateTypes)[number];

/** Something that an ERP has to take note of. */
export interface CommonUpdate {
  readonly update_id: string;
  readonly type: UpdateType;
  readonly occurred_at: string;
  readonly purchase_order_id: string;
  /** Whose ERP it is for. */
  readonly company_id: string;
  readonly state: 'pending' | 'acknowledged' | 'failed';
  readonly acknowledged_at: string | null;
}
