export { type SapConnector, type SapNative, sap } from './sap-connector.ts';
export type { SapEntities } from './sap-entities.ts';
export type { SapOptions, SapTemplates } from './sap-options.ts';
export type { SapSettings } from './sap-settings.ts';
