/** A field as the live system describes it. */
export interface FieldDescription {
  /** The vendor's name. */
  readonly name: string;
  /** The canonical path that the shipped template maps it to. */
  readonly canonical?: string | undefined;
  /** The vendor's type, for example `Edm.Decimal`. */
  readonly type: string;
  readonly label?: string | undefined;
  readonly maxLength?: number | undefined;
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
  readonly nullable: boolean;
  readonly creatable: boolean;
  readonly updatable: boolean;
  /** Whether the field is the customer's own; such fields travel in `custom`. */
  readonly custom: boolean;
}

/** An entity as the live system describes it. */
export interface EntityDescription {
  readonly entity: string;
  /** The vendor's name, for example `A_PurchaseOrder`. */
  readonly nativeName: string;
  readonly key: readonly string[];
  readonly fields: readonly FieldDescription[];
}
