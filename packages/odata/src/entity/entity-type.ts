import type { EdmType } from '../literals/edm-type.ts';

/** A property of an entity, as far as the client must know it. */
export interface PropertyDefinition {
  readonly type: EdmType;
  /** `date` for a V2 Edm.DateTime marked `sap:display-format="Date"`. */
  readonly display?: 'date' | undefined;
  readonly maxLength?: number | undefined;
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
  /**
   * Whether a create may send it; `false` strips it.
   * @default true
   */
  readonly creatable?: boolean | undefined;
  /**
   * Whether an update may send it; `false` strips it.
   * @default true
   */
  readonly updatable?: boolean | undefined;
}

/** Where a navigation leads. */
export interface NavigationDefinition {
  /** The type at the other end; a function where types refer to each other. */
  readonly type: EntityType | (() => EntityType);
  readonly many: boolean;
}

/**
 * What the client knows of an entity. Properties that are not named here travel untouched, so
 * customer fields (`YY1_…`) need no declaration.
 */
export interface EntityType {
  /** The entity set, for example `A_PurchaseOrder`. */
  readonly name: string;
  /** Key properties in the order of the metadata. */
  readonly key: readonly string[];
  /** A type name, or the whole definition. */
  readonly properties: Readonly<Record<string, EdmType | PropertyDefinition>>;
  readonly navigations?: Readonly<Record<string, NavigationDefinition>> | undefined;
}

/** A record with canonical values by property name. */
export type ODataRecord = Record<string, unknown>;

type TypeOf<Property> = Property extends { readonly type: infer Type } ? Type : Property;
type ValueOf<Type> = Type extends 'Edm.Boolean'
  ? boolean
  : Type extends 'Edm.Byte' | 'Edm.SByte' | 'Edm.Int16' | 'Edm.Int32' | 'Edm.Single' | 'Edm.Double'
    ? number
    : Type extends `Edm.${string}`
      ? string
      : unknown;

/** The record type of an entity type: what `get` and `list` give, `create` and `update` take. */
export type RecordOf<Type extends EntityType> = {
  [Name in keyof Type['properties']]?: ValueOf<TypeOf<Type['properties'][Name]>> | null;
} & ODataRecord;

/** Keeps the literal types of a definition, so that `RecordOf` knows them. */
export function defineEntityType<const Type extends EntityType>(type: Type): Type {
  return type;
}

/** The whole definition of a property. */
export function propertyOf(definition: EdmType | PropertyDefinition): PropertyDefinition {
  return typeof definition === 'string' ? { type: definition } : definition;
}

/** The type at the other end of a navigation. */
export function targetOf(navigation: NavigationDefinition): EntityType {
  return typeof navigation.type === 'function' ? navigation.type() : navigation.type;
}
