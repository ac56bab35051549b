import { ConnectorError } from '../errors/connector-error.ts';

/** The `ERR_INVALID_CHECKPOINT` of a checkpoint that is none of this read's. */
export function invalidCheckpoint(about: {
  /** `manifest.id`. */
  readonly system: string;
  readonly entity?: string | undefined;
  /** What it should be of, in a sentence. */
  readonly of: string;
}): ConnectorError {
  const { system, entity, of } = about;
  return new ConnectorError({
    code: 'ERR_INVALID_CHECKPOINT',
    category: 'configuration',
    message: `The checkpoint is none of ${of}. Pass one of a page unchanged, or none to read from the beginning.`,
    system,
    entity,
  });
}
