/**
 * Proposals for mapping templates, out of what a vendor says about its entity and of sample records.
 *
 * ```ts
 * const description = await erp.describe('purchaseOrder');
 * const found = suggestMapping({ vendor: description, canonical: 'purchaseOrder', samples });
 * for (const { vendor, canonical, confidence, reasons } of found.suggestions) show(vendor, canonical, confidence, reasons);
 * const draft = suggestTemplate(found, { id: 'acme.purchaseOrder', system: 'acme' });
 * ```
 *
 * @module
 */
export type { PairMeasures } from './confidence.ts';
export {
  type FieldSuggestion,
  type MappingSuggestions,
  type SuggestMappingOptions,
  suggestMapping,
} from './suggest-mapping.ts';
export { type SuggestTemplateOptions, suggestTemplate } from './suggest-template.ts';
