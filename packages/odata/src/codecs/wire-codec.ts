/**
 * Both directions of one wire form. `decode` turns a JSON value of the wire into the canonical one
 * (decimals, dates and instants as exact strings), `encode` is its inverse. Neither sees `null`.
 *
 * Both throw a `ConnectorError` `ERR_MAPPING` for a value that does not have the type's form.
 */
export interface WireCodec {
  readonly decode: (wire: unknown) => unknown;
  readonly encode: (value: unknown) => unknown;
}
