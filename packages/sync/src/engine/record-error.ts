import type { ConnectorError } from '@common/connector-core';

/** Whether an error is about the data of one record: the next one may well be fine. */
export function isOfRecord({ category }: ConnectorError): boolean {
  return category === 'mapping' || category === 'validation';
}
