import type { CustomFields, FieldMapping, LookupTable } from './mapping-template.ts';

/**
 * What a tenant changes in a template. It is data as well.
 *
 * Fields are named by their canonical path, `orderDate`, fields of lists by `lines[].quantity`. By
 * their vendor path, `vendor:PurchaseOrderType` and `lines[].vendor:OrderQuantity`, are named those without a
 * canonical path, and single ones of several that share a canonical path by their conditions.
 */
export interface TemplateExtension {
  readonly id: string;
  readonly version: number;
  /**
   * The template that this was made for. With another version `extendTemplate` refuses it; bring it over
   * with `migrateExtension`. @default any version
   */
  readonly base?: { readonly id: string; readonly version: number } | undefined;
  readonly description?: string | undefined;
  /**
   * Properties to change, by field. Null takes a property away, of the codec too. A codec without
   * `kind` changes options of the field's codec; with `kind` it replaces the codec.
   */
  readonly override?: { readonly [field: string]: FieldOverride } | undefined;
  /** More fields. With `lines[].batch` and `to_Item[].YY1_Batch` as paths, a field of a list. */
  readonly add?: readonly FieldMapping[] | undefined;
  /** Fields that are left out. */
  readonly remove?: readonly string[] | undefined;
  readonly custom?: CustomFields | undefined;
  /** More tables; one of the same name replaces the template's. */
  readonly tables?: { readonly [name: string]: LookupTable } | undefined;
}

/** Properties of a field and their new values; null takes a property away. */
export type FieldOverride = { readonly [property: string]: unknown };
