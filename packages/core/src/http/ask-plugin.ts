import { ConnectorError } from '../errors/connector-error.ts';
import { type ClassifyResponse, classifyByStatus } from './classify-response.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import { isWrite } from './operation.ts';

/**
 * The plugin's reading. One that trips over a body that is not the vendor's leaves a failure to the
 * status; of a success that nobody can read it says just that, and a write may have taken effect.
 */
export function askPlugin(
  classify: ClassifyResponse | undefined,
  response: HttpResponse,
  request: HttpRequest,
): ConnectorError | undefined {
  try {
    return classify?.(response, request);
  } catch (thrown) {
    const byStatus = classifyByStatus(response, request);
    return byStatus ?? (ConnectorError.isInstance(thrown) ? thrown : notJudged(request, thrown));
  }
}

function notJudged(request: HttpRequest, cause: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_INTERNAL',
    category: 'internal',
    message:
      'The connector could not tell what the answer of the server means: its "classify" failed. This is a defect of the connector, please report it.',
    outcomeUnknown: isWrite(request),
    cause,
  });
}
