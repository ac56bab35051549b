import { compileDecoder, type EntityDecoder } from '../entity/entity-decoder.ts';
import { compileEncoder, type EntityEncoder } from '../entity/entity-encoder.ts';
import type { EntityType } from '../entity/entity-type.ts';
import type { ODataVersion } from '../literals/edm-type.ts';
import type { EntityReference } from './operation.ts';

/** What a client knows of its service's way of speaking, and the compiled codecs of its entities. */
export interface Dialect {
  readonly version: ODataVersion;
  readonly ieee754Compatible: boolean;
  readonly updateMethod: 'PATCH' | 'MERGE';
  decoder(entity: EntityReference | undefined): EntityDecoder;
  encoder(entity: EntityReference | undefined): EntityEncoder;
}

export function createDialect(input: {
  readonly version: ODataVersion;
  readonly ieee754Compatible: boolean;
  readonly updateMethod: 'PATCH' | 'MERGE';
}): Dialect {
  const decoders = new WeakMap<EntityType, EntityDecoder>();
  const encoders = new WeakMap<EntityType, EntityEncoder>();
  const untypedDecoder = compileDecoder({ type: undefined, version: input.version });
  const untypedEncoder = compileEncoder({ ...input, type: undefined });
  return {
    ...input,
    decoder: (entity) => {
      if (typeof entity !== 'object') return untypedDecoder;
      const known = decoders.get(entity);
      if (known !== undefined) return known;
      const decoder = compileDecoder({ type: entity, version: input.version });
      decoders.set(entity, decoder);
      return decoder;
    },
    encoder: (entity) => {
      if (typeof entity !== 'object') return untypedEncoder;
      const known = encoders.get(entity);
      if (known !== undefined) return known;
      const encoder = compileEncoder({ ...input, type: entity });
      encoders.set(entity, encoder);
      return encoder;
    },
  };
}
