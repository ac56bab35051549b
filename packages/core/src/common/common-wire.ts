import { z } from 'zod';

// Tolerant on purpose: fields that we do not use pass, unknown enum values stay the strings that
// they are, and decimals are accepted as numbers too (Common writes them as strings).
const decimal = z.union([z.string(), z.number()]).transform(String);
const optionalDecimal = decimal.nullish().transform((value) => value ?? undefined);
const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);

export const commonPurchaseOrderSchema = z.object({
  id: z.string().min(1),
  po_number: z.string().min(1),
  buyer_company_id: z.string().min(1),
  seller_company_id: z.string().min(1),
  product_id: optionalText,
  quantity: decimal,
  unit_price: optionalDecimal,
  total_amount: optionalDecimal,
  unit: optionalText,
  delivery_date: optionalText,
  delivery_location: optionalText,
  status: z.string(),
  amendment_status: optionalText,
  proposed_quantity: optionalDecimal,
  proposed_quantity_unit: optionalText,
  amendment_reason: optionalText,
  buyer_notes: optionalText,
  erp_sync_status: optionalText,
  created_at: optionalText,
  updated_at: optionalText,
});
/** A purchase order as Common has it: one product, one quantity. Decimals are strings. */
export type CommonPurchaseOrder = Readonly<z.infer<typeof commonPurchaseOrderSchema>>;

export const commonCompanySchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  company_type: optionalText,
  country: optionalText,
  external_id: optionalText,
  created_at: optionalText,
  updated_at: optionalText,
});
/** A company on Common. `company_type` is `buyer` or `seller`. */
export type CommonCompany = Readonly<z.infer<typeof commonCompanySchema>>;

export const commonBusinessRelationshipSchema = z.object({
  id: z.string().min(1),
  buyer_company_id: z.string().min(1),
  seller_company_id: z.string().min(1),
  status: z.string(),
  invited_email: optionalText,
  created_at: optionalText,
  updated_at: optionalText,
});
/** That two companies trade. `status` is `active`, `invited` or `suspended`. */
export type CommonBusinessRelationship = Readonly<z.infer<typeof commonBusinessRelationshipSchema>>;

export const commonPendingUpdateSchema = z.object({
  update_id: z.string().min(1),
  type: z.string(),
  occurred_at: optionalText,
  purchase_order: commonPurchaseOrderSchema,
});
/** A change of an order that the ERP has not acknowledged yet, with the order as it then was. */
export type CommonPendingUpdate = Readonly<z.infer<typeof commonPendingUpdateSchema>>;

export const commonTokenSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: optionalText,
  token_type: optionalText,
  expires_in: z
    .number()
    .nullish()
    .transform((value) => value ?? undefined),
});
/** What `login` and `refresh` answer; `expires_in` in seconds. */
export type CommonToken = Readonly<z.infer<typeof commonTokenSchema>>;

export const commonSyncStatusSchema = z.object({
  pending: z.number(),
  acknowledged: z.number(),
  failed: z.number(),
  last_acknowledged_at: optionalText,
});
/** How many updates wait, are done, have failed. */
export type CommonSyncStatus = Readonly<z.infer<typeof commonSyncStatusSchema>>;

export const commonAcknowledgementSchema = z.object({ acknowledged: z.number() });
/** How many updates an `acknowledge` took off the queue. */
export type CommonAcknowledgement = Readonly<z.infer<typeof commonAcknowledgementSchema>>;

export const commonWebhookTestSchema = z.object({
  delivered: z.boolean(),
  status_code: z
    .number()
    .nullish()
    .transform((value) => value ?? undefined),
});
/** Whether Common reached the webhook, and what it answered. */
export type CommonWebhookTest = Readonly<z.infer<typeof commonWebhookTestSchema>>;

/** The types of pending updates; Common may add more. */
export type CommonUpdateType =
  | 'purchase_order.created'
  | 'purchase_order.updated'
  | 'amendment.proposed'
  | 'amendment.approved'
  | 'amendment.rejected'
  | (string & {});
