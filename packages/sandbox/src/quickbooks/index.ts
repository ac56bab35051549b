export type { QuickbooksLimits } from './access/throttle.ts';
export type { CompanyStatus, QuickbooksCompany } from './company/company.ts';
export type { EntityName } from './model/entity-definition.ts';
export type { JsonObject } from './model/json-object.ts';
export type { ConnectedApp, InCompany, OfRecord, QuickbooksActions } from './quickbooks-actions.ts';
export type { QuickbooksSandboxOptions } from './quickbooks-options.ts';
export {
  type QuickbooksSandbox,
  type QuickbooksSandboxSettings,
  startQuickbooksSandbox,
} from './quickbooks-sandbox.ts';
export type { QuickbooksCounters, QuickbooksState } from './quickbooks-state.ts';
export type { WebhookFormat } from './webhook/webhook-event.ts';
export type { QuickbooksWebhook } from './webhook/webhook-notifier.ts';
