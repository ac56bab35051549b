import { codecFor } from '../codecs/codec-for.ts';
import type { WireCodec } from '../codecs/wire-codec.ts';
import type { ODataVersion } from '../literals/edm-type.ts';
import { atPath } from './at-path.ts';
import {
  type EntityType,
  type ODataRecord,
  type PropertyDefinition,
  propertyOf,
  targetOf,
} from './entity-type.ts';

/** What the body is for: it decides which properties may travel. */
export type WritePurpose = 'create' | 'update' | 'replace';

/** Turns a canonical record into a wire body. Throws `ERR_MAPPING` with the path of a bad value. */
export type EntityEncoder = (record: ODataRecord, purpose: WritePurpose) => ODataRecord;

/**
 * Compiles the encoder of an entity type. `create` keeps navigations (deep insert); `update` and
 * `replace` leave them and the key out, which stands in the URL. Properties that are not creatable or
 * updatable, annotations (`__…`, `@odata.etag`) and `undefined` are left out; properties that nobody
 * declared travel as they are.
 */
export function compileEncoder(input: {
  readonly type: EntityType | undefined;
  readonly version: ODataVersion;
  readonly ieee754Compatible?: boolean | undefined;
}): EntityEncoder {
  const { type, version, ieee754Compatible } = input;
  const properties = new Map<string, { codec: WireCodec; definition: PropertyDefinition }>();
  for (const [name, given] of Object.entries(type?.properties ?? {})) {
    const definition = propertyOf(given);
    properties.set(name, {
      definition,
      codec: codecFor({ ...definition, version, ieee754Compatible }),
    });
  }
  const navigations = new Map<string, EntityEncoder>();
  const encodeNavigation = (name: string, value: unknown): unknown => {
    const navigation = type?.navigations?.[name];
    if (navigation === undefined || typeof value !== 'object' || value === null) return value;
    let encode = navigations.get(name);
    if (encode === undefined) {
      encode = compileEncoder({ ...input, type: targetOf(navigation) });
      navigations.set(name, encode);
    }
    if (!Array.isArray(value)) return encode(value as ODataRecord, 'create');
    const items = value.map((item, index) => {
      try {
        return encode(item as ODataRecord, 'create');
      } catch (error) {
        throw atPath(error, `[${index}]`);
      }
    });
    return version === 'v2' ? { results: items } : items;
  };

  return (record, purpose) => {
    const body: ODataRecord = {};
    for (const [name, value] of Object.entries(record)) {
      if (value === undefined || name.startsWith('__') || name === '@odata.etag') continue;
      const property = properties.get(name);
      const isNavigation = type?.navigations?.[name] !== undefined;
      if (purpose === 'create' ? property?.definition.creatable === false : isNavigation) continue;
      if (purpose !== 'create' && isFixed(name, property?.definition, type)) continue;
      try {
        if (isNavigation) body[name] = encodeNavigation(name, value);
        else body[name] = value === null || !property ? value : property.codec.encode(value);
      } catch (error) {
        throw atPath(error, name);
      }
    }
    return body;
  };
}

function isFixed(
  name: string,
  definition: PropertyDefinition | undefined,
  type: EntityType | undefined,
): boolean {
  return definition?.updatable === false || (type?.key.includes(name) ?? false);
}
