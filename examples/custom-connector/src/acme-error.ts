import { ConnectorError, type HttpResponse } from '@common/connector-core';

/**
 * What only the body tells: a 422 says what is wrong with a record. The statuses are classified
 * already. Messages say what to do, and show neither a secret nor the data of a person.
 */
export function classifyAcmeResponse(response: HttpResponse): ConnectorError | undefined {
  if (response.status !== 422) return undefined;
  const message = `ACME refuses the record: ${response.text()}`;
  return new ConnectorError({ code: 'ERR_VALIDATION', category: 'validation', message });
}
