import type { CallOptions } from '@common/connector-core';
import type { Mapping } from '@common/connector-core/mapping';
import type { EntityType, ODataRecord } from '@common/connector-odata';
import { hasCustomDate } from './custom-fields.ts';
import type { SapSource } from './sap-read.ts';
import type { EntityWriter } from './writers/entity-writer.ts';

/** Where an entity is written. */
export interface SapTarget extends SapSource {
  readonly mapping: Mapping<object, ODataRecord>;
  readonly writer: EntityWriter;
  /** The type with the customer fields of the live service. */
  liveType(call: CallOptions): Promise<EntityType>;
}

/**
 * The type that data is written by. The live service is asked only when a customer field is written whose
 * form depends on its type.
 */
export async function typeFor(
  { entity, liveType }: SapTarget,
  data: ODataRecord,
  call: CallOptions,
): Promise<EntityType> {
  return entity.version === 'v2' && hasCustomDate(data) ? liveType(call) : entity.type;
}
