/** A property as the live service describes it. */
export interface MetadataProperty {
  readonly name: string;
  /** For example `Edm.Decimal`, or the qualified name of a complex or enum type. */
  readonly type: string;
  readonly nullable: boolean;
  readonly maxLength?: number | undefined;
  readonly precision?: number | undefined;
  /** `variable` is given as absent. */
  readonly scale?: number | undefined;
  readonly label?: string | undefined;
  readonly creatable: boolean;
  readonly updatable: boolean;
  readonly filterable: boolean;
  /** The property that holds the unit or currency of this one. */
  readonly unit?: string | undefined;
  /** V2 `sap:display-format`: `Date`, `NonNegative` (digits only), `UpperCase`. */
  readonly displayFormat?: string | undefined;
  /** Whether the property takes part in the ETag. */
  readonly concurrency: boolean;
}

export interface MetadataNavigation {
  readonly name: string;
  /** Qualified name of the type at the other end. */
  readonly target: string;
  readonly many: boolean;
}

export interface MetadataEntityType {
  readonly name: string;
  /** With its namespace. */
  readonly qualifiedName: string;
  readonly baseType?: string | undefined;
  readonly key: readonly string[];
  readonly label?: string | undefined;
  readonly properties: readonly MetadataProperty[];
  readonly navigations: readonly MetadataNavigation[];
}

export interface MetadataEntitySet {
  readonly name: string;
  /** Qualified name of its type. */
  readonly type: string;
  readonly label?: string | undefined;
  readonly creatable: boolean;
  readonly updatable: boolean;
  readonly deletable: boolean;
  /** Whether updates need an ETag. */
  readonly needsEtag: boolean;
}

export interface MetadataOperation {
  readonly name: string;
  readonly kind: 'function' | 'action';
  /** V2: the HTTP method. */
  readonly method?: string | undefined;
  readonly bound: boolean;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly returns?: string | undefined;
}

/** What a service offers. */
export interface ServiceMetadata {
  readonly version: 'v2' | 'v4';
  /** By qualified name. */
  readonly entityTypes: ReadonlyMap<string, MetadataEntityType>;
  /** By name. */
  readonly entitySets: ReadonlyMap<string, MetadataEntitySet>;
  readonly operations: readonly MetadataOperation[];
}
