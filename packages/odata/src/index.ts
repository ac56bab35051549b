/**
 * OData V2 and V4 for connectors.
 *
 * ```ts
 * const http = createHttpClient({ system: 'sap', baseUrl, auth, classify: classifyODataError });
 * const csrf = createCsrfSession({ http }); // one per connection, shared by its services
 * const products = createODataClient({
 *   http,
 *   csrf,
 *   version: 'v2',
 *   servicePath: '/sap/opu/odata/sap/API_PRODUCT_SRV',
 *   query: { 'sap-client': '100', 'sap-language': 'EN' },
 * });
 * const product = defineEntityType({
 *   name: 'A_Product',
 *   key: ['Product'],
 *   properties: {
 *     Product: 'Edm.String',
 *     GrossWeight: 'Edm.Decimal',
 *     CreationDate: { type: 'Edm.DateTime', display: 'date', creatable: false, updatable: false },
 *     LastChangeDateTime: { type: 'Edm.DateTimeOffset', creatable: false, updatable: false },
 *   },
 * });
 * for await (const page of products.list({ entity: product, query: { top: 5000 }, signal })) {
 *   for (const { Product, GrossWeight } of page.records) … // '100', '1.500'
 * }
 * await products.update({ entity: product, key: '100', data: { GrossWeight: '2.000' }, signal });
 * ```
 *
 * @module
 */

// Client.
export type { BatchEntry, BatchOperation, BatchOutcome } from './batch/batch-outcome.ts';
export { createODataClient } from './client/create-odata-client.ts';
export type { DecodeFailure, ODataPage, OperationResult } from './client/interpret-response.ts';
export type {
  EntityResult,
  ListOptions,
  ODataClient,
  ODataClientOptions,
  WriteResponse,
} from './client/odata-client.ts';
export type {
  CallOperation,
  CreateOperation,
  DeleteOperation,
  EntityReference,
  GetOperation,
  ListOperation,
  NavigationPath,
  ODataOperation,
  RecordFor,
  UpdateOperation,
} from './client/operation.ts';
// Entity types and their wire forms.
export { codecFor, type WireForm } from './codecs/codec-for.ts';
export type { WireCodec } from './codecs/wire-codec.ts';
// CSRF.
export {
  type CsrfCredentials,
  type CsrfRequest,
  type CsrfSession,
  createCsrfSession,
} from './csrf/csrf-session.ts';
export { compileDecoder, type EntityDecoder } from './entity/entity-decoder.ts';
export { compileEncoder, type EntityEncoder, type WritePurpose } from './entity/entity-encoder.ts';
export {
  defineEntityType,
  type EntityType,
  type NavigationDefinition,
  type ODataRecord,
  type PropertyDefinition,
  propertyOf,
  type RecordOf,
  targetOf,
} from './entity/entity-type.ts';
// Errors and messages.
export { classifyODataError } from './errors/classify-odata-error.ts';
export { readServiceMessages, type ServiceMessage } from './errors/service-message.ts';
// Literals, keys and queries.
export type { EdmPrimitive, EdmType, ODataVersion } from './literals/edm-type.ts';
export { formatLiteral, type LiteralInput } from './literals/format-literal.ts';
export { type EntityKey, formatKey, type ParsedKey, parseKey } from './literals/key.ts';
export { type ParsedLiteral, parseLiteral } from './literals/parse-literal.ts';
// Metadata.
export { extendEntityType, propertiesOf } from './metadata/extend-entity-type.ts';
export { parseMetadata } from './metadata/parse-metadata.ts';
export type {
  MetadataEntitySet,
  MetadataEntityType,
  MetadataNavigation,
  MetadataOperation,
  MetadataProperty,
  ServiceMetadata,
} from './metadata/service-metadata.ts';
export type { DeletedEntity } from './paging/read-page-body.ts';
export { toFilter } from './query/filter.ts';
export { type KeysetColumn, keysetFilter } from './query/keyset-filter.ts';
export {
  type Expand,
  type ExpandOptions,
  formatQuery,
  type ODataQuery,
} from './query/query-options.ts';
