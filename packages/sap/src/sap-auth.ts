/**
 * Kinds of `AuthStrategy` that SAP takes. Not every system takes every one: S/4HANA Cloud accepts basic with a
 * communication user, client credentials come from BTP services in front, `api-key` is for the API Business Hub sandbox.
 */
export const sapAuthMethods = ['basic', 'oauth2-client-credentials', 'bearer', 'api-key'] as const;
