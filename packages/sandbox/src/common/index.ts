export type {
  AmendedOrder,
  AmendInput,
  CommonActions,
  SeedOrdersInput,
  SeedProduct,
} from './common-actions.ts';
export {
  type CommonCounters,
  type CommonSandbox,
  type CommonSandboxOptions,
  type CommonState,
  startCommonSandbox,
} from './common-sandbox.ts';
export type { CommonBusinessRelationship, CommonCompany } from './company.ts';
export type { CommonUpdate, UpdateType } from './erp-update.ts';
export { nameUuid } from './name-uuid.ts';
export type { CommonAmendment, CommonPurchaseOrder, OrderStatus } from './purchase-order.ts';
export type { CommonClientCredentials } from './token-issuer.ts';
export type { CommonWebhook } from './webhook-notifier.ts';
