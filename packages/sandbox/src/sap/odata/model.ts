/** How a value is typed; each kind has one internal form, see `Value`. */
export type Kind =
  | 'string'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'instant'
  | 'time'
  | 'guid'
  | 'int32'
  | 'int64';

/**
 * Internal forms: decimal and int64 are exact strings at the declared scale, date is
 * `YYYY-MM-DD`, instant is ISO UTC with exactly seven fraction digits (so text order is time
 * order), time is `HH:MM:SS`.
 */
export type Value = string | number | boolean | null;

/** Rows are never changed in place: a write puts a new row in the old one's stead. */
export type Row = Readonly<Record<string, Value>>;

export interface Property {
  readonly name: string;
  /** Name in the state's row; V2 and V4 may call the same field differently. */
  readonly field: string;
  readonly kind: Kind;
  readonly maxLength: number;
  readonly precision: number;
  readonly scale: number;
  readonly isKey: boolean;
  readonly isCreatable: boolean;
  readonly isUpdatable: boolean;
  /** `alpha` drops leading zeros of all-digit values, as the ALPHA conversion exit does. */
  readonly format: 'plain' | 'numeric' | 'upper' | 'alpha';
  /** Property that holds the unit or currency of this one (`sap:unit`). */
  readonly unit?: string;
  readonly semantics?: 'currency-code' | 'unit-of-measure';
}

export interface Navigation {
  readonly name: string;
  /** Entity set of the same service. */
  readonly target: string;
  readonly isMany: boolean;
  /** Pairs of state fields: own field, field of the target. */
  readonly join: readonly (readonly [string, string])[];
}

export interface EntitySet {
  readonly name: string;
  readonly typeName: string;
  /** Table of the state that this set is a view of. */
  readonly table: string;
  readonly properties: readonly Property[];
  readonly keys: readonly Property[];
  readonly byName: ReadonlyMap<string, Property>;
  readonly navigations: readonly Navigation[];
  readonly isCreatable: boolean;
  readonly isUpdatable: boolean;
  readonly isDeletable: boolean;
  /** Where the ETag comes from; a write to an existing entity then needs `If-Match`. */
  readonly etag?: EtagSource;
}

/** The row that an entity's ETag depends on: its own, or that of the document it belongs to. */
export interface EtagSource {
  readonly table: string;
  readonly join: Navigation['join'];
}

export interface Service {
  /** Technical name, as authorisations and the catalogue know it. */
  readonly id: string;
  readonly title: string;
  readonly odataVersion: 2 | 4;
  /** Absolute path without a trailing slash. */
  readonly path: string;
  readonly namespace: string;
  /** Entities carry `SAP__Messages` (RAP services). */
  readonly hasMessages?: boolean;
  readonly sets: ReadonlyMap<string, EntitySet>;
}

/** The initial value of a property, as ABAP has it. */
export function initialValue(property: Property): Value {
  switch (property.kind) {
    case 'string':
      return '';
    case 'decimal':
      return property.scale > 0 ? `0.${'0'.repeat(property.scale)}` : '0';
    case 'boolean':
      return false;
    case 'int32':
      return 0;
    case 'int64':
      return '0';
    case 'time':
      return '00:00:00';
    default:
      return null;
  }
}
