export { type Contact, contactSchema } from './contact.ts';
export type { JsforceConnection, JsforcePage } from './native/jsforce-connection.ts';
export { type Price, priceSchema } from './price.ts';
export {
  type SalesforceAuthorizationCodeOptions,
  type SalesforceClientCredentialsOptions,
  type SalesforceJwtBearerOptions,
  type SalesforceRefreshTokenOptions,
  type SalesforceSignIn,
  salesforceAuthorizationCode,
  salesforceClientCredentials,
  salesforceJwtBearer,
  salesforceRefreshToken,
} from './salesforce-auth.ts';
export { type SalesforceConnector, salesforce } from './salesforce-connector.ts';
export type { SalesforceEntities, SalesforceRecord } from './salesforce-entities.ts';
export type { SalesforceOptions, SalesforceTemplates } from './salesforce-options.ts';
export type {
  SalesforceBulkSettings,
  SalesforceObjectSettings,
  SalesforcePurchaseOrderSettings,
  SalesforceSettings,
} from './salesforce-settings.ts';
export { bindSoql } from './soql/bind-soql.ts';
export {
  joinSoql,
  type Soql,
  type SoqlValue,
  soql,
  soqlDate,
  soqlDecimal,
  soqlName,
} from './soql/soql.ts';
