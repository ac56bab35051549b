import { ConnectorError } from '../errors/connector-error.ts';

/** The `ERR_UNKNOWN_ENTITY` that every member of a connector throws; it names the known entities. */
export function unknownEntity(about: {
  /** `manifest.id`. */
  readonly system: string;
  readonly entity: string;
  readonly known: readonly string[];
}): ConnectorError {
  const { system, entity, known } = about;
  return new ConnectorError({
    code: 'ERR_UNKNOWN_ENTITY',
    category: 'unsupported',
    message: `The connector ${system} has no entity "${entity}". It has ${known.join(', ')}.`,
    system,
    entity,
  });
}
