/** A value as the simulator holds it: decimals as exact texts, datetimes as milliseconds, dates as `YYYY-MM-DD`. */
export type Value = string | number | boolean | null;

/** A record; an absent field is null. */
export interface Row {
  readonly Id: string;
  readonly [field: string]: Value | undefined;
}

/** What a computed field may look at. */
export interface RowReader {
  get(objectName: string, id: Value | undefined): Row | undefined;
  /** Records of `objectName` that are not deleted and whose reference field holds the id. */
  children(objectName: string, field: string, id: string): readonly Row[];
}

export type FieldType =
  | 'id'
  | 'string'
  | 'boolean'
  | 'int'
  | 'double'
  | 'currency'
  | 'percent'
  | 'date'
  | 'datetime'
  | 'time'
  | 'reference'
  | 'picklist'
  | 'multipicklist'
  | 'textarea'
  | 'phone'
  | 'url'
  | 'email'
  | 'address';

/** A field; only `name` and `type` are needed. A custom field ends in `__c`. */
export interface FieldDefinition {
  readonly name: string;
  readonly type: FieldType;
  readonly label?: string | undefined;
  /** Characters, for texts. @default 255 */
  readonly length?: number | undefined;
  /** Digits, for numbers. @default 18 */
  readonly precision?: number | undefined;
  /** Digits behind the point. @default 2 for currency and percent, otherwise 0 */
  readonly scale?: number | undefined;
  /** Must be given on insert and cannot be cleared. @default false */
  readonly required?: boolean | undefined;
  /** @default true unless computed */
  readonly createable?: boolean | undefined;
  /** @default true unless computed */
  readonly updateable?: boolean | undefined;
  readonly unique?: boolean | undefined;
  readonly externalId?: boolean | undefined;
  /** Whether upper and lower case make a difference in a unique field. @default false */
  readonly caseSensitive?: boolean | undefined;
  readonly picklist?: readonly string[] | undefined;
  /** Refuses values that the picklist does not have. @default false */
  readonly restricted?: boolean | undefined;
  readonly referenceTo?: readonly string[] | undefined;
  /** Name of the parent in queries. @default the name without `Id`, `__c` becomes `__r` */
  readonly relationshipName?: string | undefined;
  /** Name of the children in queries of the parent, for example `Contacts`. */
  readonly childRelationshipName?: string | undefined;
  /** What becomes of this record when the one it refers to is deleted. @default 'clear' */
  readonly onParentDelete?: 'cascade' | 'restrict' | 'clear' | undefined;
  /** Value on insert when none is given. */
  readonly defaultValue?: Value | undefined;
  /** A running number such as `00000100`. */
  readonly autoNumber?: { readonly prefix?: string; readonly digits: number } | undefined;
  /** Makes the field read-only; worked out at each read. */
  readonly compute?: ((row: Row, reader: RowReader) => Value) | undefined;
  /** The compound field that this is a part of, for example `BillingAddress`. */
  readonly compoundFieldName?: string | undefined;
  readonly nameField?: boolean | undefined;
}

/** A rule of the customer: where `refuses` says so, the record is refused with `message`. */
export interface ValidationRule {
  readonly object: string;
  readonly message: string;
  /** Where the message is shown. @default at the top of the page, no field */
  readonly field?: string | undefined;
  readonly refuses: (row: Row, previous: Row | undefined) => boolean;
}

/** An object; audit fields come by themselves. */
export interface ObjectDefinition {
  readonly name: string;
  readonly keyPrefix: string;
  readonly fields: readonly FieldDefinition[];
  readonly label?: string | undefined;
  readonly labelPlural?: string | undefined;
  /** @default true */
  readonly createable?: boolean | undefined;
  /** @default true */
  readonly updateable?: boolean | undefined;
  /** @default true */
  readonly deletable?: boolean | undefined;
  /** Whether getUpdated and getDeleted know it. @default true */
  readonly replicateable?: boolean | undefined;
  /** Whether its changes are events. @default true */
  readonly triggerable?: boolean | undefined;
}
