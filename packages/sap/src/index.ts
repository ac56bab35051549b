export { type SapConnector, type SapNative, type SapOptions, sap } from './sap-connector.ts';
export type { SapEntities } from './sap-entities.ts';
export type { SapSettings } from './sap-settings.ts';
