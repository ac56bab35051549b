export { acmeKey } from './acme-auth.ts';
export { type AcmeConnector, type AcmeOptions, acme } from './acme-connector.ts';
export type { AcmeEntities } from './acme-entities.ts';
export type { AcmeSettings } from './acme-settings.ts';
