/**
 * Sign-ins that are stored as JSON: their schemas, the strategies that they become, and
 * factories that make connectors of them.
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
export { type Credentials, credentialKinds } from './credential-kinds.ts';
export { credentialsJsonSchemas, type JsonSchema } from './credentials-json-schema.ts';
export {
  type ConnectorFactoryDefinition,
  defineConnectorFactory,
} from './define-connector-factory.ts';
export {
  authFromCredentials,
  type CredentialOptions,
  validateCredentials,
} from './read-credentials.ts';
