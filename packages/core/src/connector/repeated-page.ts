import { ConnectorError } from '../errors/connector-error.ts';

/** The `ERR_PAGINATION_LOOP` of a page that comes again: the read would never end. */
export function repeatedPage(about: {
  /** `manifest.id`. */
  readonly system: string;
  readonly entity: string;
  /** What the reason may be, or who has to know. */
  readonly advice: string;
}): ConnectorError {
  const { system, entity, advice } = about;
  return new ConnectorError({
    code: 'ERR_PAGINATION_LOOP',
    category: 'transient',
    retryable: false,
    message: `${system} answers the same page of ${entity} again, so the read would never end. ${advice}`,
    system,
    entity,
  });
}
