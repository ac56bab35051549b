export type { DuplicateRule } from './data/record-checks.ts';
export type { RecordInput } from './data/record-input.ts';
export type { BusEvent as SalesforceEvent } from './events/event-log.ts';
export type { RecordsInput, SalesforceActions } from './salesforce-actions.ts';
export type { SalesforceSandboxOptions } from './salesforce-options.ts';
export { type SalesforceSandbox, startSalesforceSandbox } from './salesforce-sandbox.ts';
export type { SalesforceCounters, SalesforceRecord, SalesforceState } from './salesforce-state.ts';
export type {
  FieldDefinition as SalesforceField,
  FieldType as SalesforceFieldType,
  ObjectDefinition as SalesforceObject,
  ValidationRule as SalesforceValidationRule,
} from './schema/object-definition.ts';
