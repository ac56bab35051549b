import type { JsonValue } from '../contract/json.ts';
import type { CodecOptions } from './codec-options.ts';

/** A value that a condition compares with. */
export type Scalar = string | number | boolean;

/**
 * - `decode`: vendor → canonical
 * - `encode`: canonical → vendor
 */
export type MappingDirection = 'decode' | 'encode';

/**
 * How records of a vendor's entity and a canonical entity become each other: data, written once, read
 * in both directions. It survives `JSON.parse(JSON.stringify(template))`.
 *
 * Paths name a field: `orderNumber`, `address.city`, `addresses[0].city` (the first element),
 * `lines[only].quantity` (refuses a list of several), `descriptions[language=en].text` (the element
 * where `language` is `en`). A name with dots is quoted: `'@odata.etag'`. Paths inside `each` are
 * relative to the list's element.
 */
export interface MappingTemplate {
  /** Unique name, for example `sap.purchaseOrder`. */
  readonly id: string;
  /** Grows with every published change; whole number from 1. */
  readonly version: number;
  readonly description?: string | undefined;
  /** The vendor's side, for example `{ system: 'sap', entity: 'A_PurchaseOrder' }`. */
  readonly vendor: MappingSide;
  /** The canonical side, for example `{ entity: 'purchaseOrder' }`. */
  readonly canonical: MappingSide;
  readonly fields: readonly FieldMapping[];
  /** Which vendor fields are the customer's own and pass through `custom`. */
  readonly custom?: CustomFields | undefined;
  /** Tables of `lookup` codecs by name: rows of vendor value and canonical value. */
  readonly tables?: { readonly [name: string]: LookupTable } | undefined;
  /** Set by `extendTemplate`: what this template was made from. */
  readonly extends?: { readonly id: string; readonly version: number } | undefined;
}

export interface MappingSide {
  readonly system?: string | undefined;
  readonly entity: string;
}

/**
 * Rows of vendor value and canonical value. A vendor value stands in one row only; a canonical value
 * may stand in several, and the first of them is written.
 */
export type LookupTable = readonly (readonly [vendor: string, canonical: string])[];

export type FieldMapping = ValueField | ListField | VendorConstant | CanonicalConstant;

interface FieldBase {
  /** @default 'both' */
  readonly direction?: MappingDirection | 'both' | undefined;
  /** When the field is mapped; else it is left alone. @default always */
  readonly when?: FieldConditions | undefined;
  /** For the reader of the template; has no effect. */
  readonly note?: string | undefined;
}

/** One value. Absent, null and the codec's own "empty" (`''`, `00000000`) decode to no field at all. */
export interface ValueField extends FieldBase {
  readonly vendor: string;
  readonly canonical: string;
  /** @default { kind: 'text' } */
  readonly codec?: CodecOptions | undefined;
  /** The canonical value when the vendor has none. */
  readonly default?: JsonValue | undefined;
  /** The vendor value, as it is sent, when the canonical record has none. */
  readonly vendorDefault?: JsonValue | undefined;
  /** The vendor value, as it is sent, for a canonical `null`: "clear the field". @default the codec's */
  readonly empty?: JsonValue | undefined;
  /** Whether a record without the value is refused; in both directions, or in one. @default false */
  readonly required?: boolean | MappingDirection | undefined;
}

/** A list of records, for example order lines. */
export interface ListField extends FieldBase {
  readonly vendor: string;
  readonly canonical: string;
  /** The fields of one element. */
  readonly each: readonly FieldMapping[];
  /** Customer's own fields of one element. */
  readonly custom?: CustomFields | undefined;
  readonly required?: boolean | MappingDirection | undefined;
}

/** A value that is always sent to the vendor. Ignored when read. */
export interface VendorConstant extends FieldBase {
  readonly vendor: string;
  readonly constant: JsonValue;
}

/** A value that every canonical record gets. Another value is refused when written. */
export interface CanonicalConstant extends FieldBase {
  readonly canonical: string;
  readonly constant: JsonValue;
}

/**
 * Conditions for the two directions: `vendor` is asked when decoding, `canonical` when encoding. A
 * field that is mapped both ways needs both, or neither.
 */
export interface FieldConditions {
  readonly vendor?: Condition | readonly Condition[] | undefined;
  readonly canonical?: Condition | readonly Condition[] | undefined;
}

/**
 * A test of one field of the record, or several joined by `all`, `any` and `not`. Inside `each` a path
 * begins at the element; `^.orderType` is a field of the record around the list. Of a list of
 * conditions, all must hold.
 */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly path: string; readonly equals: Scalar }
  | { readonly path: string; readonly notEquals: Scalar }
  | { readonly path: string; readonly in: readonly Scalar[] }
  | { readonly path: string; readonly notIn: readonly Scalar[] }
  | { readonly path: string; readonly present: boolean };

/** Names of the customer's own fields: `{ prefix: 'YY1_' }`, `{ suffix: '__c' }`, `{ names: [...] }`. */
export interface CustomFields {
  readonly prefix?: string | readonly string[] | undefined;
  readonly suffix?: string | readonly string[] | undefined;
  readonly names?: readonly string[] | undefined;
}
