/**
 * Sign-ins that are stored as JSON: their schemas, and the strategies that they become.
 *
 * @module
 */
export {
  type CredentialKind,
  type CredentialServices,
  defineCredentialKind,
  endpointField,
  secretField,
  textField,
} from './credential-kind.ts';
export { credentialKinds } from './credential-kinds.ts';
export { credentialsJsonSchemas, type JsonSchema } from './credentials-json-schema.ts';
export {
  authFromCredentials,
  type CredentialOptions,
  validateCredentials,
} from './read-credentials.ts';
