export type { Row as SapRow, Value as SapValue } from './odata/model.ts';
export type { ChangedItem, ChangeInput, ChangeOrdersInput, SapActions } from './sap-actions.ts';
export type { SapSandboxOptions } from './sap-options.ts';
export { type SapSandbox, startSapSandbox } from './sap-sandbox.ts';
export type {
  DumpedProduct,
  DumpedPurchaseOrder,
  SapCounters,
  SapState,
} from './sap-state.ts';
