/**
 * Kinds of `AuthStrategy` that SAP takes. Not every system takes every one: S/4HANA Cloud accepts basic with a
 * communication user, an X.509 certificate (`mtls`) or OAuth 2; SAML bearer acts as a business user; client
 * credentials come from BTP services in front; `api-key` is for the API Business Hub sandbox.
 */
export const sapAuthMethods = [
  'basic',
  'mtls',
  'oauth2-saml-bearer',
  'oauth2-client-credentials',
  'bearer',
  'api-key',
] as const;
