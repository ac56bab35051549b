import type { Logger } from '../../contract/logger.ts';

/** The bytes are gone: answered as our fault, so that the vendor sends the events again. */
export function tellBodyTaken(logger: Logger | undefined): 503 {
  const reason =
    'Something has read the body before, so the signature cannot be checked. Mount the handler before any parser of bodies, such as express.json(), or have the parser keep the bytes as request.rawBody.';
  logger?.error('A webhook could not be read.', { reason });
  return 503;
}
