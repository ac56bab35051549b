/**
 * Mapping templates: data that says how a vendor's record and a canonical record become each other,
 * compiled into two quick functions.
 *
 * ```ts
 * const template = defineTemplate({
 *   id: 'sap.purchaseOrder',
 *   version: 1,
 *   vendor: { system: 'sap', entity: 'A_PurchaseOrder' },
 *   canonical: { entity: 'purchaseOrder' },
 *   fields: [
 *     { vendor: 'PurchaseOrder', canonical: 'orderNumber' },
 *     { vendor: 'Supplier', canonical: 'supplier', codec: { kind: 'text', zeroPad: 10 }, required: true },
 *     { vendor: 'PurchaseOrderDate', canonical: 'orderDate', codec: { kind: 'date' } },
 *     { vendor: 'DocumentCurrency', canonical: 'currency', codec: { kind: 'currency' } },
 *     { vendor: 'ReleaseCode', canonical: 'status', codec: { kind: 'enum', values: { A: 'pending', B: 'confirmed' } } },
 *     { vendor: 'LastChangeDateTime', canonical: 'changedAt', codec: { kind: 'instant' }, direction: 'decode' },
 *     { vendor: 'PurchaseOrderType', constant: 'NB' },
 *     {
 *       vendor: 'to_PurchaseOrderItem',
 *       canonical: 'lines',
 *       each: [
 *         { vendor: 'PurchaseOrderItem', canonical: 'lineNumber', codec: { kind: 'text', stripZeros: true } },
 *         { vendor: 'OrderQuantity', canonical: 'quantity', codec: { kind: 'decimal', precision: 13, scale: 3 } },
 *         { vendor: 'PurchaseOrderQuantityUnit', canonical: 'unit', codec: { kind: 'unit', units: { PC: 'C62', KG: 'KGM' } } },
 *         {
 *           vendor: 'NetPriceAmount',
 *           canonical: 'unitPrice',
 *           codec: { kind: 'decimal', precision: 12, scale: 2, vendorScale: 3, rounding: 'half-even' },
 *         },
 *       ],
 *       custom: { prefix: 'YY1_' },
 *     },
 *   ],
 *   custom: { prefix: 'YY1_' },
 * });
 *
 * const mapping = compileTemplate<PurchaseOrder>(template);
 * const order = mapping.decode(vendorRecord);      // vendor → canonical
 * const payload = mapping.encode(order);           // canonical → vendor
 * mapping.explain(vendorRecord, 'decode').fields;  // where each value came from
 *
 * const tenants = extendTemplate(template, {
 *   id: 'acme.purchaseOrder',
 *   version: 1,
 *   override: { 'lines[].unitPrice': { codec: { scale: 4, vendorScale: 4 } } },
 *   add: [{ vendor: 'to_PurchaseOrderItem[].Batch', canonical: 'lines[].custom.batch' }],
 *   remove: ['status'],
 * });
 *
 * checkTemplateLaws(template); // [] when decode(encode(x)) = x for 1,000 made records
 * ```
 *
 * @module
 */
export type { JsonSchema, TemplateProblem } from './check.ts';
export type { Codec, LookupSupply, MappingContext, OwnCodecFactory } from './codec.ts';
export type { CodecOptions } from './codec-options.ts';
export type { DateFormat } from './codecs/date-codec.ts';
export type { CurrencyScale } from './codecs/decimal-codec.ts';
export type { InstantFormat } from './codecs/instant-codec.ts';
export { currencyMinorUnits, isCurrency } from './codecs/iso-currencies.ts';
export type { TimeFormat } from './codecs/time-codec.ts';
export type { MappingNeeds } from './collect-needs.ts';
export { type CompileOptions, compileTemplate, type Mapping } from './compile-template.ts';
export { defineTemplate, parseTemplate } from './define-template.ts';
export { checkDrift, type DriftFinding, type DriftReport } from './drift/check-drift.ts';
export { type ConnectorDrift, connectorDrift } from './drift/connector-drift.ts';
export {
  type EntityFingerprint,
  type FieldFacts,
  fingerprint,
  parseFingerprint,
  type SchemaFingerprint,
} from './drift/fingerprint.ts';
export type { FieldExplanation, RecordExplanation } from './explain-record.ts';
export { extendTemplate } from './extend-template.ts';
export {
  createLookupCache,
  type LookupCache,
  type LookupCacheOptions,
  type LookupSource,
} from './lookup-cache.ts';
export type {
  CanonicalConstant,
  Condition,
  CustomFields,
  FieldConditions,
  FieldMapping,
  ListField,
  LookupTable,
  MappingDirection,
  MappingSide,
  MappingTemplate,
  ValueField,
  VendorConstant,
} from './mapping-template.ts';
export { type MigratedExtension, migrateExtension } from './migrate-extension.ts';
export { parseExtension } from './parse-extension.ts';
export type { RandomSource } from './random-source.ts';
export {
  createReferenceTable,
  type LookupResolver,
  type MappedLookup,
  type MappedReference,
  type ReferenceResolver,
} from './reference-resolver.ts';
export { refuse, refuseForNow } from './refuse.ts';
export type { FieldOverride, TemplateExtension } from './template-extension.ts';
export {
  checkTemplateLaws,
  type LawViolation,
  sampleCanonical,
  type TemplateLawOptions,
} from './template-laws.ts';
export type { MigrationStep, TemplateMigration } from './template-migration.ts';
export { templateJsonSchema } from './template-shape.ts';
