/**
 * Common, the hub: its client and its connector, and how orders with lines become orders on Common.
 *
 * @module
 */
export { type CommonLoginOptions, commonLogin } from './common-auth.ts';
export type { CommonClient, CommonWriteOptions } from './common-client.ts';
export { type CommonConnector, type CommonOptions, common } from './common-connector.ts';
export type { CommonEntities } from './common-entities.ts';
export type {
  CommonAmendmentDecision,
  CommonAmendmentProposal,
  CommonBusinessRelationshipFilter,
  CommonCompanyFilter,
  CommonPaging,
  CommonPendingUpdateFilter,
  CommonPurchaseOrderFilter,
  CommonPurchaseOrderInput,
  CommonSupplierInvitation,
} from './common-inputs.ts';
export type { CommonTemplates } from './common-mapping.ts';
export type { CommonInvalidItem, CommonPage } from './common-page.ts';
export { commonProductId } from './common-product-id.ts';
export {
  type CheckedCommonSettings,
  type CommonSettings,
  commonSettingsFromEnvironment,
} from './common-settings.ts';
export type {
  CommonAcknowledgement,
  CommonBusinessRelationship,
  CommonCompany,
  CommonPendingUpdate,
  CommonPurchaseOrder,
  CommonSyncStatus,
  CommonToken,
  CommonUpdateType,
  CommonWebhookTest,
} from './common-wire.ts';
export { type CommonClientOptions, createCommonClient } from './create-common-client.ts';
export { joinOrderLines } from './join-order-lines.ts';
export {
  formatOrderPartNumber,
  type OrderPart,
  parseOrderPartNumber,
} from './order-part-number.ts';
export { type SplitOrderLinesOptions, splitOrderLines } from './split-order-lines.ts';
export {
  commonAmendmentTemplate,
  commonBusinessRelationshipTemplate,
  commonCompanyTemplate,
  commonPurchaseOrderTemplate,
} from './templates/index.ts';
export { commonLineNumber } from './to-order-part.ts';
