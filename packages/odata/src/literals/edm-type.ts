/** The two generations of the protocol. */
export type ODataVersion = 'v2' | 'v4';

/** Primitive types whose wire forms this package knows. */
export type EdmPrimitive =
  | 'Edm.Binary'
  | 'Edm.Boolean'
  | 'Edm.Byte'
  | 'Edm.Date'
  | 'Edm.DateTime'
  | 'Edm.DateTimeOffset'
  | 'Edm.Decimal'
  | 'Edm.Double'
  | 'Edm.Duration'
  | 'Edm.Guid'
  | 'Edm.Int16'
  | 'Edm.Int32'
  | 'Edm.Int64'
  | 'Edm.SByte'
  | 'Edm.Single'
  | 'Edm.Stream'
  | 'Edm.String'
  | 'Edm.Time'
  | 'Edm.TimeOfDay';

/**
 * The type of a property: a primitive, `Collection(Edm.String)`, or the qualified name of an enum or
 * complex type, for example `Microsoft.Dynamics.DataEntities.NoYes`.
 */
export type EdmType = EdmPrimitive | (string & {});
