import type { WebhookRequest } from '../../contract/connector-event.ts';
import { queryOf } from '../read-payload.ts';
import { isOneOf, readSecrets, type SharedSecrets } from '../shared-secrets.ts';

/** A fixed value that the sender puts into a header or a parameter of the query. */
export type SharedCredential =
  | { readonly header: string; readonly values: SharedSecrets; readonly query?: undefined }
  | { readonly query: string; readonly values: SharedSecrets; readonly header?: undefined };

/** Whether a request carries the value. */
export async function hasCredential(
  request: WebhookRequest,
  credential: SharedCredential,
): Promise<boolean> {
  const { header, query, values } = credential;
  const given =
    header === undefined ? queryOf(request).get(query) : request.headers[header.toLowerCase()];
  const known = await readSecrets(values, header ?? query);
  return given !== null && given !== undefined && isOneOf(given, known);
}
